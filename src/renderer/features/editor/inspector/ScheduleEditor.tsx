import type { PipelineDocument, PipelineSchedule } from '../../../../shared/pipeline/document.ts';
import { CronFields } from '../../../calendar/CronFields.tsx';
import { missedOptions, missedWords, overlapOptions, overlapWords } from '../../../calendar/policies.ts';
import { ownZone } from '../../../calendar/zones.ts';
import { Field, Select, Switch } from '../../../ui/index.ts';
import { useDocument, useEditor } from '../state/editor-context.ts';

const fresh: PipelineSchedule = { cron: '0 2 * * *', timezone: ownZone, missed: 'last', overlap: 'skip' };

/** When the pipeline runs by itself: the `schedule` of its document. */
export function ScheduleEditor() {
  const { actions } = useEditor();
  const schedule = useDocument((document) => document.schedule);
  const save = (next: PipelineSchedule | undefined, typing = false) =>
    actions.edit(
      next ? 'change the schedule' : 'remove the schedule',
      ({ schedule: _before, ...document }): PipelineDocument =>
        next ? { ...document, schedule: next } : document,
      typing ? 'pipeline schedule' : undefined,
    );
  const change = (part: Partial<PipelineSchedule>) =>
    schedule && save({ ...schedule, ...part }, 'cron' in part);
  return (
    <section aria-label="Schedule" className="space-y-3 border-t border-line pt-3">
      <Switch
        checked={schedule !== undefined}
        onChange={(on) => save(on ? fresh : undefined)}
        label="Runs by itself"
      />
      {schedule && (
        <>
          <CronFields
            cron={schedule.cron}
            timezone={schedule.timezone}
            startAt={utc(schedule.start)}
            endAt={utc(schedule.end)}
            shown={3}
            onChange={change}
          />
          <Field label="Times that were missed" help={missedWords[schedule.missed]}>
            <Select
              value={schedule.missed}
              onChange={(missed) => change({ missed })}
              options={missedOptions}
            />
          </Field>
          <Field label="While a run is still under way" help={overlapWords[schedule.overlap]}>
            <Select
              value={schedule.overlap}
              onChange={(overlap) => change({ overlap })}
              options={overlapOptions}
            />
          </Field>
        </>
      )}
      <p className="text-meta text-muted">
        Files, datasets, other pipelines and signed calls can start it too:{' '}
        <a href="#/schedules" className="text-accent-text underline underline-offset-2">
          Schedules
        </a>
      </p>
    </section>
  );
}

/** As the preview takes times; one that is being typed wrong counts as none. */
function utc(time: string | undefined): string | null {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
