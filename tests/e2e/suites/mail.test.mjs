// Invitations by mail, against a real SMTP server: well-behaved, refusing, stalling, vanishing, away.
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, refuses, shown } from '../lib/expect.mjs';
import { isSound } from '../lib/log.mjs';
import { annals, freePort, sleep, temporaryDirectory } from '../lib/server.mjs';
import { headerOf, newPassword, ownCertificate, SmtpServer } from '../lib/smtp.mjs';
import { distinctEmail, keyOf, memberWith, newPerson, newPlatform, stranger, superuser } from '../lib/world.mjs';

const outbox = '/api/catalog/invitations/platform/outbox/';
const entriesOf = async (api) => shown(await api.get(`${outbox}?page_size=100`), 200).results;
const entryOf = async (api, email) => (await entriesOf(api)).find((entry) => entry.email === email);
const inviteEmail = async (api, email) => shown(await api.post('/api/catalog/invitations/platform/', { email }), 201);
const metric = async (server, name) => {
  const { text } = await stranger(server).get('/metrics');
  return Number(new RegExp(`^${name}(?:\\{reactor="mail"\\})? (\\d+)`, 'm').exec(text)?.[1] ?? NaN);
};

async function withMail(options, body) {
  const { args = [], ...smtpOptions } = options;
  const smtp = await SmtpServer.start(smtpOptions);
  try {
    return await withServer({ args: smtp.args(args) }, (server) => body(server, smtp));
  } finally {
    await smtp.kill();
  }
}

const arrived = (smtp, email, count = 1) => eventually(async () => {
  const mails = smtp.mailsTo(email);
  return mails.length >= count ? mails : undefined;
}, `a mail to ${email}`, 20_000);

test('an invited person gets a mail with a link that nobody else has', async () => {
  await withMail({ args: ['--public-url', 'https://crm.example/team/'] }, async (server, smtp) => {
    const platform = await newPlatform(server);
    const person = await newPerson(platform.admin, { primary_email: distinctEmail('ada+1') });
    const invited = shown(await platform.admin.post(`/persons/${person.id}/invite/`, {}), 201);
    const [mail] = await arrived(smtp, person.primary_email);
    assert.equal(mail.type, 'multipart/alternative');
    assert.deepEqual(headerOf(mail, 'From'), ['Example CRM <crm@example.org>']);
    assert.deepEqual(headerOf(mail, 'To'), [person.primary_email]);
    assert.deepEqual(headerOf(mail, 'Auto-Submitted'), ['auto-generated']);
    assert.equal(headerOf(mail, 'Date').length, 1);
    assert.equal(headerOf(mail, 'MIME-Version').length, 1);
    assert.match(headerOf(mail, 'Message-ID')[0], new RegExp(`^<invitation-${platform.key}-${invited.invitation_id}-[-0-9a-f]{36}@crm\\.example>$`));
    assert.equal(headerOf(mail, 'Subject')[0], `${platform.adminUser.name} invites you to ${platform.name}`);
    const entry = await eventually(async () => {
      const found = await entryOf(platform.admin, person.primary_email);
      return found.status === 'sent' ? found : undefined;
    }, 'sent');
    const link = new URL(entry.link);
    assert.equal(`${link.origin}${link.pathname}`, 'https://crm.example/team/join/');
    assert.deepEqual(Object.fromEntries(link.searchParams), {
      platform_key: platform.key, email: person.primary_email, token: link.searchParams.get('token'),
    });
    assert.match(link.searchParams.get('token'), /^[-_A-Za-z0-9]{43}$/);
    assert.ok(mail.parts['text/plain'].includes(entry.link), mail.parts['text/plain']);
    assert.ok(mail.parts['text/html'].includes(entry.link.replaceAll('&', '&amp;')), mail.parts['text/html']);
    assert.match(entry.sent_at, /^\d{4}-/);
    assert.deepEqual([entry.attempts, entry.next_try, entry.last_error], [1, null, null]);
    for (const line of mail.raw.split('\r\n')) assert.ok(line.length <= 998 && !/[\r\n\x80-\xff]/.test(line), line);
    assert.ok(!server.log().includes(link.searchParams.get('token')));
  });
});

test('names and addresses cannot add a header, a recipient or markup', async () => {
  await withMail({}, async (server, smtp) => {
    const evil = 'Zoë\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>';
    const platform = await newPlatform(server);
    const user = shown(await superuser(server).post('/api/core/users/', { username: distinctEmail('u'), email: distinctEmail(), name: evil }), 201);
    shown(await superuser(server).post('/api/core/users/platforms/', { user_id: user.id, platform_key: platform.key, is_admin: true }), 201);
    const api = await keyOf(server, user, platform);
    const email = distinctEmail();
    await inviteEmail(api, email);
    const [mail] = await arrived(smtp, email);
    assert.deepEqual(mail.to, [email]);
    assert.deepEqual(headerOf(mail, 'Bcc'), []);
    assert.equal(headerOf(mail, 'Subject').length, 1);
    assert.ok(!mail.parts['text/html'].includes('<script>'));
    assert.ok(headerOf(mail, 'Subject')[0].startsWith('Zoë'));
    for (const bad of ['a@example.org\r\nBcc: eve@example.org', 'a@example.org\0', 'a@example.org, eve@example.org']) {
      answers(await api.post('/api/catalog/invitations/platform/', { email: bad }), 400);
    }
    const quoted = '"a>b"@example.org';
    await inviteEmail(api, quoted);
    const parked = await eventually(async () => {
      const entry = await entryOf(api, quoted);
      return entry.status === 'parked' ? entry : undefined;
    }, 'parked');
    assert.match(parked.last_error, /address/);
    assert.ok(smtp.mails.every(({ to }) => !to.includes('eve@example.org')));
  });
});

test('STARTTLS with user and password, neither of which shows anywhere', async () => {
  const password = newPassword();
  await withMail({ tls: 'starttls', certificate: ownCertificate(), user: 'crm-user', password }, async (server, smtp) => {
    const email = distinctEmail();
    await inviteEmail(superuser(server), email);
    const [mail] = await arrived(smtp, email);
    assert.equal(mail.tls, true);
    assert.equal(mail.user, 'crm-user');
    assert.ok(!server.log().includes(password));
    assert.ok(!readFileSync(`/proc/${server.process.pid}/cmdline`, 'utf8').includes(password));
  });
});

test('smtps:// is TLS from the first byte', async () => {
  await withMail({ tls: 'smtps', certificate: ownCertificate() }, async (server, smtp) => {
    const email = distinctEmail();
    await inviteEmail(superuser(server), email);
    assert.equal((await arrived(smtp, email))[0].tls, true);
  });
});

test('without TLS, or with a certificate that is not trusted, nothing is sent unless the operator says so', async () => {
  for (const options of [{ tls: 'none', flags: ['--smtp-tls', 'required'] }, { tls: 'starttls', flags: [] }]) {
    const smtp = await SmtpServer.start({ tls: options.tls, certificate: options.tls === 'none' ? undefined : ownCertificate() });
    try {
      const args = ['--smtp-url', `smtp://127.0.0.1:${smtp.port}`, '--smtp-from', 'crm@example.org', ...options.flags];
      await withServer({ args }, async (server) => {
        const email = distinctEmail();
        await inviteEmail(superuser(server), email);
        const entry = await eventually(async () => {
          const found = await entryOf(superuser(server), email);
          return found.last_error ? found : undefined;
        }, 'a failed attempt');
        assert.equal(entry.status, 'pending');
        assert.equal(smtp.mails.length, 0);
      });
    } finally {
      await smtp.kill();
    }
  }
});

test('a recipient that is refused is parked, until an admin asks again', async () => {
  await withMail({}, async (server, smtp) => {
    const api = superuser(server);
    const [bad, good] = [distinctEmail('bad'), distinctEmail('good')];
    smtp.behave(`refuse 550 ${bad}`);
    const { id } = await inviteEmail(api, bad);
    await inviteEmail(api, good);
    await arrived(smtp, good);
    const parked = await eventually(async () => {
      const entry = await entryOf(api, bad);
      return entry.status === 'parked' ? entry : undefined;
    }, 'parked');
    assert.equal(parked.last_error, 'the SMTP server said 550');
    assert.equal(await eventually(async () => ((await metric(server, 'annals_reactor_parked')) === 1 ? 1 : undefined), 'the metric', 60_000), 1);
    smtp.behave('take');
    const again = answers(await api.post(`${outbox}${id}/resend/`), 202).json;
    assert.equal(again.invitation_id, id);
    const [first] = await arrived(smtp, bad);
    await eventually(async () => (await entryOf(api, bad)).status === 'sent', 'noted as sent');
    answers(await api.post(`${outbox}${id}/resend/`), 202);
    const [, second] = await arrived(smtp, bad, 2);
    assert.deepEqual(headerOf(second, 'Message-ID'), headerOf(first, 'Message-ID'), 'a repeat can be told');
  });
});

test('a recipient that is put off is tried again', async () => {
  await withMail({}, async (server, smtp) => {
    const api = superuser(server);
    const email = distinctEmail();
    smtp.behave('refuse 451');
    const { id } = await inviteEmail(api, email);
    const entry = await eventually(async () => {
      const found = await entryOf(api, email);
      return found.attempts > 0 ? found : undefined;
    }, 'an attempt');
    assert.equal(entry.status, 'pending');
    assert.equal(entry.last_error, 'the SMTP server said 451');
    assert.ok(Date.parse(entry.next_try) > Date.now() - 60_000);
    assert.equal(await metric(server, 'annals_outbox_pending'), 1);
    smtp.behave('take');
    answers(await api.post(`${outbox}${id}/resend/`), 202);
    await arrived(smtp, email);
  });
});

test('a connection that vanishes in the middle of a mail loses none', async () => {
  await withMail({}, async (server, smtp) => {
    const api = superuser(server);
    const email = distinctEmail();
    smtp.behave('vanish');
    const { id } = await inviteEmail(api, email);
    await eventually(async () => ((await entryOf(api, email)).attempts > 0 ? 1 : undefined), 'an attempt');
    smtp.behave('take');
    answers(await api.post(`${outbox}${id}/resend/`), 202);
    assert.equal((await arrived(smtp, email)).length, 1);
  });
});

test('an SMTP server that stalls keeps nobody waiting, not even the stop', async () => {
  await withMail({}, async (server, smtp) => {
    const api = superuser(server);
    smtp.behave('stall');
    const email = distinctEmail();
    await inviteEmail(api, email);
    await sleep(500);
    await newPerson(api);
    smtp.behave('take');
    const begun = performance.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - begun < 10_000);
    await server.launch();
    assert.equal((await arrived(smtp, email)).length, 1);
  });
});

test('mails wait out an outage of the SMTP server and a restart, and go out once', async () => {
  await withMail({}, async (server, smtp) => {
    const api = superuser(server);
    await smtp.kill();
    const emails = Array.from({ length: 20 }, () => distinctEmail());
    for (const email of emails) await inviteEmail(api, email);
    await eventually(async () => ((await metric(server, 'annals_outbox_pending')) === 20 ? 1 : undefined), '20 pending');
    const [revoked] = emails;
    answers(await api.delete(`/api/catalog/invitations/platform/?email=${encodeURIComponent(revoked)}`), 204);
    await server.restart();
    await smtp.launch();
    for (const email of emails.slice(1)) await arrived(smtp, email);
    await eventually(async () => ((await metric(server, 'annals_outbox_pending')) === 0 ? 1 : undefined), 'none pending');
    for (const email of emails.slice(1)) assert.equal(smtp.mailsTo(email).length, 1, email);
    assert.equal(smtp.mailsTo(revoked).length, 0);
  });
});

test('without --smtp-url the start says so and Tenant Admins find the links; once it is set, open invitations go out', async () => {
  const smtp = await SmtpServer.start();
  try {
    await withServer({}, async (server) => {
      assert.match(server.log(), /--smtp-url/);
      const platform = await newPlatform(server);
      const email = distinctEmail();
      const { id } = await inviteEmail(platform.admin, email);
      const entry = await eventually(() => entryOf(platform.admin, email), 'the entry');
      assert.equal(entry.status, 'not_configured');
      assert.equal(new URL(entry.link).origin, server.url);
      refuses(await platform.admin.post(`${outbox}${id}/resend/`), 409);
      await server.stop();
      server.args = smtp.args();
      await server.launch();
      await arrived(smtp, email);
    });
  } finally {
    await smtp.kill();
  }
});

test('neither a rebuild nor a restored backup mails anything again', async () => {
  await withMail({}, async (server, smtp) => {
    const [first, second] = [distinctEmail(), distinctEmail()];
    await inviteEmail(superuser(server), first);
    await arrived(smtp, first);
    await eventually(async () => ((await entryOf(superuser(server), first)).status === 'sent' ? 1 : undefined), 'sent');
    await server.stop();
    const ran = async (...args) => assert.equal((await annals(args)).code, 0, args[0]);
    await ran('rebuild', '--data', server.data);
    const [backup, restored] = [joinPath(temporaryDirectory(), 'backup'), joinPath(temporaryDirectory(), 'data')];
    await ran('backup', '--data', server.data, '--out', backup);
    await ran('restore', '--from', backup, '--data', restored);
    await server.launch();
    assert.equal((await entryOf(superuser(server), first)).status, 'sent');
    await server.stop();
    await withServer({ data: restored, token: server.token, args: smtp.args() }, async (copy) => {
      assert.equal((await entryOf(superuser(copy), first)).status, 'not_sent');
      const { id } = await inviteEmail(superuser(copy), second);
      await arrived(smtp, second);
      assert.equal(smtp.mailsTo(first).length, 1);
      answers(await superuser(copy).post(`${outbox}${id - 1}/resend/`), 202);
      await arrived(smtp, first, 2);
    });
  });
});

test('the outbox is for Tenant Admins of the platform', async () => {
  await withServer({}, async (server) => {
    const [platform, other] = [await newPlatform(server), await newPlatform(server)];
    const { id } = await inviteEmail(platform.admin, distinctEmail());
    const { api: member } = await memberWith(server, platform, 'CRM Viewer');
    refuses(await member.get(outbox), 403);
    refuses(await member.post(`${outbox}${id}/resend/`), 403);
    refuses(await stranger(server).get(outbox), 401);
    refuses(await other.admin.get(`${outbox}?platform_key=${platform.key}`), 404);
    assert.equal((await entriesOf(other.admin)).length, 0);
    refuses(await platform.admin.post(`${outbox}${id + 1000}/resend/`), 404);
    refuses(await platform.admin.post(`${outbox}${id}/resend/?dry_run=true`), 400);
  });
});

test('what the options of mail ask for is said at the start', async () => {
  const port = await freePort();
  const started = (args, env) => annals(['serve', '--listen', `127.0.0.1:${port}`, ...args], { env });
  for (const [args, says] of [
    [['--smtp-url', 'smtp://mx.example'], /--smtp-from/],
    [['--smtp-url', 'http://mx.example', '--smtp-from', 'a@example.org'], /--smtp-url must be smtp:/],
    [['--smtp-url', 'smtp://u:secret-word@mx.example', '--smtp-from', 'a@example.org'], /--smtp-user/],
    [['--smtp-from', 'nobody'], /--smtp-from must be/],
    [['--smtp-user', 'crm'], /--smtp-password-file/],
    [['--smtp-tls', 'maybe'], /--smtp-tls must be required, optional or off/],
    [['--public-url', 'crm.example'], /--public-url must be a URL/],
    [['--smtp-password-file', '/no/such/file'], /--smtp-password-file/],
  ]) {
    const { code, stderr } = await started(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
  }
});

test('killed at random moments while a hundred are invited, every mail arrives and nothing is stuck', { timeoutMs: 180_000 }, async () => {
  await withMail({ args: ['--log-level', 'warn'] }, async (server, smtp) => {
    const emails = Array.from({ length: 100 }, () => distinctEmail());
    const invited = new Set();
    let next = 0;
    while (invited.size < emails.length) {
      const until = Date.now() + 100 + Math.random() * 500;
      const inviting = Promise.all(Array.from({ length: 4 }, async () => {
        while (next < emails.length && Date.now() < until) {
          const email = emails[next];
          next += 1;
          // what was not answered may have been written all the same: then it says so the next time
          const answer = await superuser(server).post('/api/catalog/invitations/platform/', { email }).catch(() => undefined);
          if (answer && [201, 409].includes(answer.status)) invited.add(email);
        }
      }));
      await sleep(until - Date.now() + Math.random() * 100);
      await server.kill();
      await inviting;
      await server.launch();
      if (next >= emails.length && invited.size < emails.length) {
        const missing = emails.filter((email) => !invited.has(email));
        emails.splice(0, emails.length, ...emails.filter((email) => invited.has(email)), ...missing);
        next = invited.size;
      }
    }
    for (const email of emails) await arrived(smtp, email);
    await eventually(async () => ((await metric(server, 'annals_outbox_pending')) === 0 ? 1 : undefined), 'none pending', 20_000);
    const entries = [...shown(await superuser(server).get(`${outbox}?page_size=100`), 200).results];
    assert.equal(entries.length, 100);
    assert.ok(entries.every(({ status }) => status === 'sent'), JSON.stringify(entries.find(({ status }) => status !== 'sent')));
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    await isSound(server.data);
  });
});
