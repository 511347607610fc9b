// A real SMTP server beside the test (aiosmtpd, for Debian's own python3), which can be told to refuse, to stall and to vanish.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root, temporaryDirectory } from './server.mjs';

const program = join(root, 'tests/e2e/lib/smtp_server.py');

/** { cert, key } for 127.0.0.1, signed by itself. */
export function ownCertificate() {
  const directory = temporaryDirectory('tls');
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  return { cert, key };
}

export class SmtpServer {
  /** Options: tls (none, starttls, smtps) with certificate, and user with password. */
  constructor({ tls = 'none', certificate, user, password } = {}) {
    Object.assign(this, { tls, certificate, user, password });
    this.directory = temporaryDirectory('smtp');
    this.behaviourFile = join(this.directory, 'behaviour');
    this.mails = [];
    this.port = 0;
  }

  static async start(options) {
    const server = new SmtpServer(options);
    await server.launch();
    return server;
  }

  /** On the port that it had before, if any. */
  async launch() {
    const flags = [program, '--port', String(this.port), '--behaviour', this.behaviourFile, '--tls', this.tls];
    if (this.certificate) flags.push('--certificate', this.certificate.cert, '--key', this.certificate.key);
    if (this.user) flags.push('--user', this.user);
    this.process = spawn('/usr/bin/python3', flags, { env: { ...process.env, SMTP_PASSWORD: this.password ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = [];
    this.process.stderr.on('data', (bytes) => errors.push(bytes));
    await new Promise((listening, failed) => {
      this.process.on('exit', () => failed(new Error(`the SMTP server ended: ${Buffer.concat(errors)}`)));
      createInterface({ input: this.process.stdout }).on('line', (line) => {
        const said = JSON.parse(line);
        if (said.mail) this.mails.push(said.mail);
        if (said.listening) {
          this.port = said.listening;
          listening();
        }
      });
    });
  }

  /** `take`, `refuse CODE [ADDRESS]`, `stall` before a mail, or `vanish` in the middle of one. */
  behave(how) {
    writeFileSync(this.behaviourFile, how);
  }

  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }

  /** serve's options for it. */
  args(more = []) {
    const scheme = this.tls === 'smtps' ? 'smtps' : 'smtp';
    const flags = ['--smtp-url', `${scheme}://127.0.0.1:${this.port}`, '--smtp-from', 'Example CRM <crm@example.org>'];
    if (this.tls === 'none') flags.push('--smtp-tls', 'off');
    if (this.certificate) flags.push('--smtp-ca-file', this.certificate.cert);
    if (this.user) {
      const file = join(this.directory, 'password');
      writeFileSync(file, `${this.password}\n`);
      flags.push('--smtp-user', this.user, '--smtp-password-file', file);
    }
    return [...flags, ...more];
  }

  mailsTo(address) {
    return this.mails.filter(({ to }) => to.includes(address));
  }
}

export const newPassword = () => randomBytes(12).toString('base64');
export const headerOf = (mail, name) => mail.headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
