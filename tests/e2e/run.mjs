// Runs every suite file as a process of its own and sums up. Arguments: [filter], part of "<suite>: <sentence>".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const filter = process.argv.slice(2).join(' ');
const jobs = Number(process.env.E2E_JOBS ?? 2);
const fileTimeoutMs = 300_000;
const work = mkdtempSync(join(tmpdir(), 'annals-e2e-run-'));
const logs = join(work, 'logs');
mkdirSync(logs);

// The longest first, so that the last ones to end are short.
const longest = ['kill', 'operator_damage', 'limits', 'full_disk', 'sealing'];
const rank = (file) => (longest.indexOf(file.replace('.test.mjs', '')) + longest.length + 1) % (longest.length + 1);
const files = readdirSync(join(here, 'suites')).filter((name) => name.endsWith('.test.mjs'));
files.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));

const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const running = new Set();

function runFile(file) {
  const results = join(work, `${file}.results`);
  writeFileSync(results, '');
  const env = { ...process.env, E2E_FILTER: filter, E2E_RESULTS: results, E2E_LOGS: logs };
  const child = spawn(process.execPath, [join(here, 'suites', file)], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const tooLong = setTimeout(() => child.kill('SIGTERM'), fileTimeoutMs);
  const output = [];
  child.stdout.on('data', (bytes) => output.push(bytes));
  child.stderr.on('data', (bytes) => output.push(bytes));
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      clearTimeout(tooLong);
      report(file, results, { code, signal }, Buffer.concat(output).toString('utf8'));
      done();
    });
  });
}

function report(file, results, { code, signal }, output) {
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const open = new Set(lines.filter((line) => line.outcome === 'registered').map((line) => line.sentence));
  const name = (line) => `${line.suite}: ${line.sentence}`;
  let failedHere = 0;
  for (const line of lines.filter((each) => each.outcome !== 'registered')) {
    open.delete(line.sentence);
    totals[line.outcome] += 1;
    if (line.outcome === 'failed') {
      failedHere += 1;
      failures.push([name(line), line.note]);
    }
    const note = line.outcome === 'skipped' ? `  (${line.note})` : '';
    console.log(`${line.outcome.padEnd(7)} ${name(line)}  ${line.ms} ms${note}`);
  }
  for (const sentence of open) {
    totals.failed += 1;
    failures.push([`${file}: ${sentence}`, 'never finished']);
  }
  // a file that cannot be loaded, or breaks outside its tests
  if (code !== 0 && failedHere + open.size === 0) {
    totals.failed += 1;
    failures.push([file, `ended with ${signal ?? `exit ${code}`} outside its tests\n${output.slice(-4000)}`]);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(130);
  });
}

const queue = [...files];
await Promise.all(
  Array.from({ length: Math.max(1, jobs) }, async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) await runFile(file);
  }),
);

for (const [name, note] of failures) {
  console.log(`\nFAILED  ${name}\n${note.replace(/^/gm, '    ')}`);
  const log = /server log: ([^\s,]+)/.exec(note)?.[1];
  if (log && existsSync(log)) {
    const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    console.log(`    -- the end of ${log}:\n${tail.replace(/^/gm, '    ')}`);
  }
}
if (failures.length > 0) console.log(`\nserver logs: ${logs}`);
else rmSync(work, { recursive: true, force: true });
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
