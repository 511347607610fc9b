// Starts the real binary on a fresh data directory, and always takes both away again.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
export const binary = resolve(process.env.ANNALS_BIN ?? join(projectRoot, 'build/release/annals'));
export const root = projectRoot;

const logsDirectory = process.env.E2E_LOGS ?? mkdtempSync(join(tmpdir(), 'annals-e2e-logs-'));
const living = new Set();
const temporary = new Set();
let started = 0;

export const logsOfLivingServers = () => [...living].map((server) => server.logFile);
export const killLivingServers = () => Promise.all([...living].map((server) => server.kill()));
export const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** A directory of the test's own, removed at the end of the process at the latest. */
export function temporaryDirectory(name = 'data') {
  const directory = mkdtempSync(join(tmpdir(), `annals-e2e-${name}-`));
  temporary.add(directory);
  return directory;
}

process.on('exit', () => {
  for (const server of living) server.process?.kill('SIGKILL');
  for (const directory of temporary) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // the operating system's to clean: the process is ending, and its result stands
    }
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

/** The environment without anything that would configure the server behind the test's back. */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ANNALS_'));
  return { ...Object.fromEntries(kept), ...extra };
}

export function freePort(host = '127.0.0.1') {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

export const newToken = () => `e2e-${randomBytes(24).toString('hex')}`;

export class Server {
  /**
   * Options: data (directory; else a fresh one), token, args (more of serve's), env, scheme, host, and waitReady
   * (default true). Resolves when /readyz says 200.
   */
  static async start(options = {}) {
    const server = new Server(options);
    await server.launch();
    return server;
  }

  constructor({ data, token, args = [], env = {}, scheme = 'http', host = '127.0.0.1', waitReady = true } = {}) {
    this.ownsData = data === undefined;
    this.data = data ?? join(temporaryDirectory(), 'data');
    this.token = token ?? newToken();
    this.args = args;
    this.env = env;
    this.scheme = scheme;
    this.host = host;
    this.waitReady = waitReady;
  }

  async launch() {
    this.port = await freePort(this.host.replace(/[[\]]/g, ''));
    this.url = `${this.scheme}://${this.host}:${this.port}`;
    mkdirSync(logsDirectory, { recursive: true });
    this.logFile = join(logsDirectory, `${process.pid}-${++started}.log`);
    const [log, words] = [this.logFile, `${this.logFile}.out`].map((file) => openSync(file, 'a'));
    const flags = ['serve', '--data', this.data, '--listen', `${this.host}:${this.port}`, ...this.args];
    const env = cleanEnvironment({ ANNALS_BOOTSTRAP_TOKEN: this.token, ...this.env });
    this.process = spawn(binary, flags, { env, stdio: ['ignore', words, log] });
    closeSync(words);
    closeSync(log);
    living.add(this);
    this.exited = new Promise((resolveExit) => {
      this.process.on('error', (error) => resolveExit({ error }));
      this.process.on('exit', (code, signal) => resolveExit({ code, signal }));
    }).then((outcome) => {
      living.delete(this);
      this.outcome = outcome;
      return outcome;
    });
    this.outcome = undefined;
    if (this.waitReady) await this.ready();
  }

  /** What it wrote on standard error: its log. */
  log() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** What it wrote on standard output: its first words. */
  said() {
    return readFileSync(`${this.logFile}.out`, 'utf8');
  }

  async ready(timeoutMs = 20_000) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (this.outcome) {
        const how = JSON.stringify(this.outcome, (_, value) => (value instanceof Error ? value.message : value));
        throw new Error(`the server ended before it was ready: ${how}\n${this.log().slice(-2000)}`);
      }
      const answer = await request(`${this.url}/readyz`, { agent: false }).catch(() => undefined);
      if (answer?.status === 200) return;
      if (Date.now() > deadline) {
        throw new Error(`not ready after ${timeoutMs} ms (${answer?.text ?? 'no answer'})\n${this.log().slice(-2000)}`);
      }
      await sleep(20);
    }
  }

  /** Sends the signal and waits for the end: { code, signal }. */
  async stop(signal = 'SIGTERM') {
    if (this.outcome) return this.outcome;
    this.process.kill(signal);
    return this.exited;
  }

  /** Gone at once, as with a power cut of the process. */
  kill() {
    return this.stop('SIGKILL');
  }

  /** The same data directory again. */
  async restart(signal = 'SIGTERM') {
    const outcome = await this.stop(signal);
    await this.launch();
    return outcome;
  }

  async remove() {
    if (!this.outcome) await this.kill();
    if (this.ownsData) rmSync(join(this.data, '..'), { recursive: true, force: true });
  }
}

/** Runs a subcommand to its end: { code, signal, stdout, stderr }. */
export function annals(args, { env = {}, cwd, timeoutMs = 60_000 } = {}) {
  return new Promise((ended, failed) => {
    const child = spawn(binary, args, { env: cleanEnvironment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: [], stderr: [] };
    child.stdout.on('data', (bytes) => output.stdout.push(bytes));
    child.stderr.on('data', (bytes) => output.stderr.push(bytes));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', failed);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const text = (chunks) => Buffer.concat(chunks).toString('utf8');
      ended({ code, signal, stdout: text(output.stdout), stderr: text(output.stderr) });
    });
  });
}
