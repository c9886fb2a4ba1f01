import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldTime, zoneField } from './zones.ts';

describe('a date field in the zone of a schedule', () => {
  test('shows and takes the clock of that zone', () => {
    expect(zoneField('2026-12-01T00:00:00.000Z', 'Asia/Riyadh')).toBe('2026-12-01T03:00');
    expect(fieldTime('2026-12-01T03:00', 'Asia/Riyadh')).toBe('2026-12-01T00:00:00.000Z');
    expect(fieldTime('2026-07-01T00:00', 'America/New_York')).toBe('2026-07-01T04:00:00.000Z');
    expect(zoneField(null, 'UTC')).toBe('');
    expect(fieldTime('', 'UTC')).toBeNull();
  });

  test('a time that comes twice is the first, a skipped one counts on from before the gap', () => {
    expect(fieldTime('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(fieldTime('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  });

  test('what a zone shows means the same time again, but in the second of two equal hours', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    ];
    const minutes = fc.integer({ min: Date.UTC(2000, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, (zone, minute) => {
        const at = new Date(minute * 60_000).toISOString();
        const field = zoneField(at, zone);
        const again = fieldTime(field, zone);
        expect(zoneField(again, zone)).toBe(field);
        expect(Date.parse(at) - Date.parse(again ?? '')).toBeLessThanOrEqual(3_600_000);
        expect(Date.parse(again ?? '')).toBeLessThanOrEqual(Date.parse(at));
      }),
      { numRuns: 300 },
    );
  });
});
