// The accept page, in a browser without scripts.
import { createServer, request } from 'node:http';
import { withChromium } from '../lib/browser.mjs';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, shown } from '../lib/expect.mjs';
import { invite, linkOf, secretsIn } from '../lib/invitations.mjs';
import { distinctEmail, newUser, stranger, superuser } from '../lib/world.mjs';

/** body(open): `open` gives a fresh page of a browser without scripts, and what its console complained about. */
const withBrowser = (body) => withChromium(async (browser) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  return body(async () => {
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    return { page, complaints };
  });
});

/** A place to be sent to, on an origin of its own: body(url, visits). */
async function withPlace(body) {
  const visits = [];
  const place = createServer((request, response) => {
    visits.push({ url: request.url, referer: request.headers.referer });
    response.setHeader('Content-Type', 'text/html');
    response.end('<!DOCTYPE html><title>There</title><h1>You have arrived</h1>');
  });
  await new Promise((listening) => place.listen(0, '127.0.0.1', listening));
  try {
    return await body(`http://127.0.0.1:${place.address().port}/welcome?from=join`, visits);
  } finally {
    place.close();
    place.closeAllConnections();
  }
}

test('an invitee sees who invites, gives a name, accepts, and is led on', async () => {
  await withServer({}, (server) => withPlace((url, visits) => withBrowser(async (open) => {
    const api = superuser(server);
    const email = distinctEmail('Ada+Tag');
    await invite(api, email, { redirect_to: url });
    const link = await linkOf(server, email);
    const { page, complaints } = await open();
    assert.equal((await page.goto(link.href)).status(), 200);
    const text = await page.innerText('main');
    assert.ok(text.includes(`invites you to join Main as ${email}`), text);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.getByLabel('Your name').fill('Ada <b>Lovelace</b>');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.waitForURL(url);
    assert.equal(await page.innerText('h1'), 'You have arrived');
    assert.deepEqual(visits.filter((visit) => visit.url.startsWith('/welcome')), [{ url: '/welcome?from=join', referer: undefined }]);
    assert.deepEqual(complaints, []);
    const [member] = shown(await api.get(`/api/core/platform/users/?query=${encodeURIComponent(email)}`), 200).results;
    assert.deepEqual([member.name, member.active], ['Ada <b>Lovelace</b>', true]);
    assert.equal((await page.goto(link.href)).status(), 404);
    assert.equal(await page.innerText('h1'), 'This invitation cannot be used');
  })));
});

/** What a proxy does that serves the server's paths below /team: body(its URL, what browsers asked it for). */
async function withProxyBelowTeam(server, body) {
  const asked = [];
  const proxy = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!incoming.url.startsWith('/team/')) {
      outgoing.writeHead(404).end();
      return;
    }
    const options = { method: incoming.method, headers: { ...incoming.headers, host: new URL(server.url).host } };
    incoming.pipe(request(server.url + incoming.url.slice('/team'.length), options, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    }));
  });
  await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));
  try {
    return await body(`http://127.0.0.1:${proxy.address().port}/team`, asked);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
}

test('behind a proxy that serves it below a path, the form leads back there, and never with the secret in its URL', async () => {
  await withServer({}, (server) => withProxyBelowTeam(server, (url, asked) => withBrowser(async (open) => {
    for (const slash of ['/', '']) {
      const email = distinctEmail('Prefixed');
      await invite(superuser(server), email, {});
      const { search } = await linkOf(server, email);
      const { page } = await open();
      await page.goto(`${url}/join${slash}${search}`);
      await page.getByRole('button', { name: 'Accept the invitation' }).click();
      await page.getByRole('heading', { name: 'Welcome to Main' }).waitFor();
      assert.deepEqual(asked.filter((each) => each.startsWith('POST')).slice(-1), [`POST /team/join${slash}?`]);
    }
  })));
});

test('somebody with an account is asked for no name, and welcomed where nothing leads on', async () => {
  await withServer({}, (server) => withBrowser(async (open) => {
    const user = await newUser(server);
    await invite(superuser(server), user.email, {});
    const { page, complaints } = await open();
    await page.goto((await linkOf(server, user.email)).href);
    assert.equal(await page.getByLabel('Your name').count(), 0);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Welcome to Main' }).waitFor();
    assert.deepEqual(complaints, []);
  }));
});

test('opening the page uses nothing up; wrong links all show the same page', async () => {
  await withServer({}, async (server) => {
    const email = distinctEmail('Scanned');
    await invite(superuser(server), email, {});
    const link = await linkOf(server, email);
    const get = (query) => stranger(server).get(`/join/${query}`);
    for (let at = 0; at < 3; at += 1) answers(await get(link.search), 200);
    answers(await stranger(server).head(`/join/${link.search}`), 200);
    const none = answers(await get(''), 404);
    const { platform_key, token } = secretsIn(link);
    for (const [key, mail, secret] of [[platform_key, email, 'wrong'], [platform_key, distinctEmail(), token], ['other', email, token]]) {
      const other = answers(await get(`?platform_key=${key}&email=${encodeURIComponent(mail)}&token=${secret}`), 404);
      assert.equal(other.text, none.text);
    }
    const accepted = await stranger(server).post('/join/', new URLSearchParams(secretsIn(link)).toString(),
      { type: 'application/x-www-form-urlencoded' });
    answers(accepted, 200);
    answers(await get(link.search), 404);
    const log = await eventually(() => (server.log().includes('/join/') ? server.log() : undefined), 'the lines');
    for (const secret of [token, email, encodeURIComponent(email)]) assert.ok(!log.includes(secret), `${secret} is in the log`);
  });
});

test('the page is kept, framed and told by nobody, and runs nothing', async () => {
  await withServer({}, async (server) => {
    const email = distinctEmail('Policy');
    await invite(superuser(server), email, { redirect_to: 'https://app.example/' });
    for (const query of [(await linkOf(server, email)).search, '']) {
      const { headers, text } = await stranger(server).get(`/join/${query}`);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'], /^default-src 'none'; .*form-action 'self'.*; base-uri 'none'; frame-ancestors 'none'$/);
      assert.ok(!/<script|javascript:|\son\w+=/i.test(text));
    }
  });
});
