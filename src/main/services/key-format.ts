import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Environment } from '../../shared/contract/domain.ts';
import { keyHead } from '../store/keys-repository.ts';

/**
 * The text of an API key: `slc_live_` or `slc_test_`, 8 characters that find its row, 32 secret ones, 6 of checksum.
 * All of them base62. 32 secret characters hold 190 random bits, so a plain SHA-256 of them is safe to store. The
 * checksum tells a mistyped or invented key from a real one without a look into the store, and lets secret scanners
 * recognise a leaked one.
 */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pattern = /^(slc_live_|slc_test_)([0-9A-Za-z]{8})([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

export interface KeyParts {
  readonly lookup: string;
  readonly environment: Environment;
  readonly secret: string;
}

export function newKeyParts(environment: Environment): KeyParts {
  return { environment, lookup: randomText(8), secret: randomText(32) };
}

export function keyText({ environment, lookup, secret }: KeyParts): string {
  const body = `${keyHead(environment)}${lookup}${secret}`;
  return `${body}${checksum(body)}`;
}

/** The parts of a text whose form and checksum are those of a key; undefined for any other. */
export function parseKey(text: string): KeyParts | undefined {
  if (text.length > 64) return undefined;
  const [, head, lookup, secret, sum] = pattern.exec(text) ?? [];
  if (!head || !lookup || !secret || sum !== checksum(`${head}${lookup}${secret}`)) return undefined;
  return { lookup, secret, environment: head === keyHead('live') ? 'live' : 'sandbox' };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Takes the same time wherever the two differ. */
export function secretMatches(secret: string, hash: Buffer): boolean {
  const given = hashSecret(secret);
  return hash.length === given.length && timingSafeEqual(given, hash);
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < 6; place += 1) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
