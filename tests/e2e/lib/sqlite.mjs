// A snapshot's database as an analyst opens it: Debian's sqlite3.
import { execFileSync } from 'node:child_process';
import { assert } from './expect.mjs';

/** The rows that a query gives, an object each. */
export function rowsOf(database, sql) {
  const printed = execFileSync('sqlite3', ['-readonly', '-json', database, sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return printed.trim() === '' ? [] : JSON.parse(printed);
}

/** A row of `persons` as the API shows the person. */
export function asShown(platform, { organization, owner, merged_into: mergedInto, version, ...row }) {
  assert.ok(version >= 1);
  const json = Object.fromEntries(['emails', 'contact_numbers', 'metadata'].map((name) => [name, JSON.parse(row[name])]));
  const merged = mergedInto === null ? {} : { merged_into: mergedInto };
  return { ...row, ...json, platform, organization, owner, active: row.active === 1, ...merged };
}
