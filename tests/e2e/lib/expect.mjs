// Assertions that say what was asked and what came back.
import assert from 'node:assert/strict';

export { assert };

/** The answer has this status, and this JSON when given. Gives the answer back. */
export function answers(answer, status, json) {
  assert.equal(answer.status, status, `${answer}; expected ${status}`);
  if (json !== undefined) assert.deepEqual(answer.json, json, String(answer));
  return answer;
}

/** A 2xx answer's JSON. */
export function shown(answer, status) {
  return answers(answer, status).json;
}

/** 400 with exactly these fields, in this order, with these messages. */
export function fieldErrors(answer, expected) {
  answers(answer, 400);
  assert.equal(JSON.stringify(answer.json), JSON.stringify(expected), String(answer));
}

/** A status with one sentence under `detail`. */
export function refuses(answer, status, detail) {
  answers(answer, status);
  const said = answer.json.detail;
  assert.equal(typeof said, 'string', `${answer}: no detail`);
  if (detail instanceof RegExp) assert.match(said, detail);
  else if (detail !== undefined) assert.equal(said, detail);
  return answer;
}

export const notFound = (answer) => refuses(answer, 404, 'Not found.');
export const forbidden = (answer) => refuses(answer, 403, 'You do not have permission to perform this action.');

/** How many of each status. */
export function tally(answers_) {
  const counts = {};
  for (const { status } of answers_) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Waits until `condition` gives something truthy. */
export async function eventually(condition, what, timeoutMs = 10_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((wake) => setTimeout(wake, 30));
  }
}
