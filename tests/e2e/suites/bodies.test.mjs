// Bodies: five content types, forms, the limits of JSON, free-form values kept as they were written.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, refuses, shown } from '../lib/expect.mjs';
import { formType, multipart, urlencoded } from '../lib/forms.mjs';
import { distinct, distinctEmail, memberWith, newOrganization, newPerson, newPlatform } from '../lib/world.mjs';

const up = sharedServer();
let making;
/** One platform's admin for the suite; names are distinct anyway. */
const admin = async () => (await (making ??= up().then(newPlatform))).admin;

const notJson = (answer) => refuses(answer, 400, /^JSON parse error - ./);
/** The text of one member as the answer spells it (members of ours hold no nested key of the same name). */
function spelled(answer, key, following) {
  const from = answer.text.indexOf(`"${key}":`) + key.length + 3;
  return answer.text.slice(from, answer.text.indexOf(`,"${following}":`, from));
}

test('JSON is JSON under its three names and without one', async () => {
  const api = await admin();
  for (const type of ['application/json', 'application/scim+json', 'application/json; charset=utf-8',
    'APPLICATION/JSON', null, 'text/plain', '*/*', 'application/octet-stream', 'application/vnd.api+json']) {
    const name = distinct('Typed');
    const made = shown(await api.post('/persons/', JSON.stringify({ name, metadata: { n: 1 } }), { type }), 201);
    assert.deepEqual([made.name, made.metadata], [name, { n: 1 }], String(type));
  }
});

test('another content type that is no JSON: 415 and its name', async () => {
  const api = await admin();
  for (const type of ['text/plain', 'application/xml', 'application/octet-stream']) {
    refuses(await api.post('/persons/', 'name: Ada', { type }), 415, `Unsupported media type "${type}" in request.`);
  }
  refuses(await api.post('/persons/', 'name: Ada', { type: null }), 415, /^Unsupported media type/);
  const shouted = await api.post('/persons/', 'name', { type: 'text/plain; charset=utf-8' });
  refuses(shouted, 415, /^Unsupported media type "text\/plain.*" in request\.$/);
});

test('a urlencoded form creates a person with every field', async () => {
  const api = await admin();
  const organization = await newOrganization(api);
  const email = distinctEmail('form');
  const name = distinct('Form & Söhne = 100%');
  const body = urlencoded([
    ['name', name], ['primary_email', email], ['emails', '["a@example.net","b@example.net"]'],
    ['contact_numbers', '[{"home":"+49 30 1"}]'], ['job_title', 'Clerk + 1'], ['organization', organization.id],
    ['owner', ''], ['lifecycle_stage', 'customer'], ['unique_id', distinct('form')], ['metadata', '{"k":[1,2]}'],
    ['unknown', 'ignored'], ['active', 'false'],
  ]);
  const made = shown(await api.post('/persons/', body, { type: formType }), 201);
  assert.equal(made.name, name);
  assert.equal(made.primary_email, email);
  assert.deepEqual(made.emails, ['a@example.net', 'b@example.net']);
  assert.deepEqual(made.contact_numbers, [{ home: '+49 30 1' }]);
  assert.equal(made.job_title, 'Clerk + 1');
  assert.equal(made.organization, organization.id);
  assert.equal(made.owner, null);
  assert.equal(made.lifecycle_stage, 'customer');
  assert.deepEqual(made.metadata, { k: [1, 2] });
  assert.equal(made.active, true);
});

test('plus signs are spaces in forms, and escapes may be lower case', async () => {
  const made = await (await admin()).post('/organizations/', 'name=Plus+and%20%c3%a9%2b' + distinct(''), { type: formType });
  assert.match(shown(made, 201).name, /^Plus and é\+/);
});

test('a multipart form creates an organization', async () => {
  const api = await admin();
  const name = distinct('Multipart "Ünion"');
  const { body, type } = multipart([['name', name], ['address', '{"city":"Łódź"}'], ['metadata', '[true,null]']]);
  const made = shown(await api.post('/organizations/', body, { type }), 201);
  assert.deepEqual([made.name, made.address, made.metadata], [name, { city: 'Łódź' }, [true, null]]);
});

test('multipart: quoted boundaries, preambles, charsets of parts and file parts are read', async () => {
  const api = await admin();
  const name = distinct('Part');
  const shapes = [
    ['multipart/form-data; boundary="a b"', `--a b\r\nContent-Disposition: form-data; name="name"\r\n\r\n${name}1\r\n--a b--`],
    ['multipart/form-data; charset=utf-8; boundary=q',
      `preamble\r\n--q\r\nContent-Type: text/plain; charset=utf-8\r\ncontent-disposition: form-data; name="name"\r\n\r\n${name}2\r\n--q--\r\nepilogue`],
    ['multipart/form-data; boundary=q', `--q\r\nContent-Disposition: form-data; name=name\r\n\r\n${name}3\r\n--q--\r\n`],
  ];
  for (const [type, body] of shapes) assert.match(shown(await api.post('/organizations/', body, { type }), 201).name, /^Part/);
  const parts = multipart([['name', `${name}4`], ['metadata', '{"from":"a file"}', { filename: 'm.json', type: 'application/json' }]]);
  assert.deepEqual(shown(await api.post('/organizations/', parts.body, { type: parts.type }), 201).metadata, { from: 'a file' });
});

test('broken multipart bodies are refused, not hung on', async () => {
  const api = await admin();
  const part = 'Content-Disposition: form-data; name="name"\r\n\r\nNever made\r\n';
  for (const [type, body] of [
    ['multipart/form-data', `--x\r\n${part}--x--\r\n`],
    ['multipart/form-data; boundary=', `--\r\n${part}----\r\n`],
    ['multipart/form-data; boundary=x', `--y\r\n${part}--y--\r\n`],
    ['multipart/form-data; boundary=x', 'no boundary at all'],
    ['multipart/form-data; boundary=x', `--x\r\n${part}`],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="name"'],
    ['multipart/form-data; boundary=x', `--x\r\n\r\nno header\r\n--x--\r\n`],
    [`multipart/form-data; boundary=${'b'.repeat(300)}`, `--${'b'.repeat(300)}--\r\n`],
  ]) {
    const answer = await api.post('/organizations/', body, { type });
    assert.ok([400, 413, 415].includes(answer.status), `${type}: ${answer}`);
  }
  assert.equal((await api.get('/organizations/?name=Never%20made')).json.count, 0);
});

test('a form of very many fields is answered', async () => {
  const api = await admin();
  const many = Array.from({ length: 20_000 }, (_, at) => [`field${at}`, 'x']);
  for (const { body, type } of [{ body: urlencoded(many), type: formType }, multipart(many.slice(0, 9_000))]) {
    const answer = await api.post('/organizations/', body, { type });
    assert.ok([400, 413].includes(answer.status), String(answer));
  }
});

test('forms: a repeated field is a list, also under multipart', async () => {
  const api = await admin();
  const primary = await newPerson(api);
  for (const send of [(pairs) => ({ body: urlencoded(pairs), type: formType }), multipart]) {
    const duplicates = [await newPerson(api), await newPerson(api)];
    const pairs = [['primary_id', primary.id], ...duplicates.map(({ id }) => ['duplicate_ids', id])];
    const { body, type } = send(pairs);
    const merged = shown(await api.post('/persons/merge/', body, { type }), 200);
    assert.deepEqual(merged.merged_ids, duplicates.map(({ id }) => id));
  }
});

test('forms: booleans in all their spellings', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  // who may not offer staff rights is refused what is true, and let through what is false
  const { api: inviter } = await memberWith(server, platform, 'CRM Inviter');
  for (const [word, status] of [['true', 403], ['false', 201], ['1', 403], ['0', 201], ['on', 403], ['off', 201]]) {
    const person = await newPerson(platform.admin, { primary_email: distinctEmail('bool') });
    const body = urlencoded([['is_staff', word], ['redirect_to', `https://a.example/${word}`]]);
    answers(await inviter.post(`/persons/${person.id}/invite/`, body, { type: formType }), status);
  }
  const person = await newPerson(platform.admin, { primary_email: distinctEmail('bool') });
  fieldErrors(await platform.admin.post(`/persons/${person.id}/invite/`, 'is_admin=maybe', { type: formType }), {
    is_admin: ['Must be a valid boolean.'],
  });
});

test('forms: JSON-valued fields must be JSON', async () => {
  const api = await admin();
  const body = urlencoded([['name', distinct('x')], ['emails', 'a@b.c'], ['metadata', '{']]);
  fieldErrors(await api.post('/persons/', body, { type: formType }), {
    emails: ['Value must be valid JSON.'], metadata: ['Value must be valid JSON.'],
  });
});

test('forms: an empty organization and owner are null, in JSON too', async () => {
  const api = await admin();
  for (const [body, type] of [
    [urlencoded([['name', 'Empty refs'], ['organization', ''], ['owner', '']]), formType],
    [JSON.stringify({ name: 'Empty refs', organization: '', owner: '' }), 'application/json'],
  ]) {
    const made = shown(await api.post('/persons/', body, { type }), 201);
    assert.deepEqual([made.organization, made.owner], [null, null]);
  }
});

test('forms that are not UTF-8, or badly escaped, are refused or read literally, never kept broken', async () => {
  const api = await admin();
  for (const body of ['name=%ff%fe', 'name=%c3', Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3d, 0xff])]) {
    answers(await api.post('/organizations/', body, { type: formType }), 400);
  }
  const odd = await api.post('/organizations/', `name=${distinct('100')}%zz%`, { type: formType });
  assert.ok([201, 400].includes(odd.status), String(odd));
});

test('no body, empty object and empty form are all "nothing was said"', async () => {
  const api = await admin();
  const required = { name: ['This field is required.'] };
  fieldErrors(await api.post('/persons/', undefined), required);
  fieldErrors(await api.post('/persons/', '', {}), required);
  fieldErrors(await api.post('/persons/', {}), required);
  fieldErrors(await api.post('/persons/', '', { type: formType }), required);
  const person = await newPerson(api);
  assert.deepEqual(shown(await api.patch(`/persons/${person.id}/`, undefined), 200), person);
  assert.deepEqual(shown(await api.patch(`/persons/${person.id}/`, {}), 200), person);
});

test('broken JSON: 400 and where it broke', async () => {
  const api = await admin();
  for (const body of ['{', '}', '{"name": }', '{"name": "x",}', "{'name': 'x'}", '{"name": "x"} {"a":1}', 'nul', 'NaN',
    '{"name": NaN}', '{"name": Infinity}', '{"name": 01}', '{"name": +1}', '{"name": 1.}', '{"name": .5}', '{"name": "\t"}',
    '{"name": "a\nb"}', '{"name": "\\x"}', '{"name": "\\u12"}', '\ufeff', '// no\n{}', '[1,2', '"open', '{"a":1 "b":2}']) {
    notJson(await api.post('/persons/', body, {}));
  }
});

test('JSON that is no object is named for what it is', async () => {
  const api = await admin();
  for (const [body, kind] of [['[]', 'list'], ['"text"', 'str'], ['12', 'int'], ['true', 'bool']]) {
    const answer = answers(await api.post('/persons/', body, {}), 400);
    assert.deepEqual(answer.json, { non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] });
  }
  answers(await api.post('/persons/', 'null', {}), 400);
});

test('bytes that are not UTF-8: 400', async () => {
  const api = await admin();
  const around = (...bytes) => Buffer.concat([Buffer.from('{"name": "a'), Buffer.from(bytes), Buffer.from('b"}')]);
  for (const body of [around(0xff), around(0xc3), around(0xc0, 0xaf), around(0xed, 0xa0, 0x80), around(0xf5, 0x80, 0x80, 0x80),
    Buffer.from('{"name": "latin-1 \u00e9"}', 'latin1'), Buffer.from('\ufeff{"name": "utf-16"}', 'utf16le')]) {
    notJson(await api.post('/persons/', body, {}));
  }
});

test('JSON may nest 64 deep and no deeper', async () => {
  const api = await admin();
  const nested = (arrays) => `{"name": "${distinct('Deep')}", "metadata": ${'['.repeat(arrays)}1${']'.repeat(arrays)}}`;
  answers(await api.post('/persons/', nested(63), {}), 201);
  notJson(await api.post('/persons/', nested(64), {}));
  notJson(await api.post('/persons/', nested(100_000), {}));
  notJson(await api.post('/persons/', '['.repeat(1_000_000), {}));
  notJson(await api.post('/persons/', '{"a":'.repeat(100_000), {}));
});

test('a key may stand once in an object, at any depth and however it is escaped', async () => {
  const api = await admin();
  for (const body of ['{"name": "a", "name": "a"}', '{"name": "a", "metadata": {"k": 1, "k": 1}}',
    '{"name": "a", "metadata": [{"k": {"x": 1, "y": 2, "x": 3}}]}', '{"name": "a", "metadata": {"k": 1, "\\u006b": 2}}',
    '{"name": "a", "unknown": {"k": 1, "k": 2}}']) {
    notJson(await api.post('/persons/', body, {}));
  }
  answers(await api.post('/persons/', '{"name": "a", "metadata": [{"k": 1}, {"k": 2}], "emails": {"k": 1}}', {}), 201);
});

test('numbers fit 64-bit integers or doubles', async () => {
  const api = await admin();
  const send = (number) => api.post('/persons/', `{"name": "Numbers", "metadata": {"n": ${number}}}`, {});
  for (const good of ['9223372036854775807', '-9223372036854775808', '0', '-0', '1e308', '1E-300', '2.50', '-1.0e+2']) {
    assert.equal(spelled(answers(await send(good), 201), 'metadata', 'created_at'), `{"n":${good}}`);
  }
  for (const bad of ['9223372036854775808', '-9223372036854775809', '123456789012345678901234567890', '1e400', '-1e999']) {
    notJson(await send(bad));
  }
});

test('lone surrogates are refused, pairs are kept', async () => {
  const api = await admin();
  const send = (text) => api.post('/persons/', `{"name": "Surrogates", "metadata": {"s": "${text}"}}`, {});
  for (const bad of ['\\ud800', 'a\\udc00', '\\ud83d\\ud83d', '\\ud83dx', '\\ude00\\ud83d']) answers(await send(bad), 400);
  answers(await api.post('/persons/', '{"name": "\\ud800"}', {}), 400);
  answers(await api.post('/persons/', '{"name": "x", "metadata": {"\\udfff": 1}}', {}), 400);
  const good = answers(await send('\\ud83d\\ude00'), 201);
  assert.equal(good.json.metadata.s, '😀');
  assert.equal(spelled(good, 'metadata', 'created_at'), '{"s":"\\ud83d\\ude00"}');
});

test('free-form values are kept as their minified text: key order, numbers, escapes', async () => {
  const api = await admin();
  const metadata = '{ "z" : 1.50, "a": [ 1e2 , -0 , 1E5 ], "k\\u00e9y": "\\/ \\u00e9 \\n é", "10": null, "9": { } , "e": [ ] }';
  const minified = '{"z":1.50,"a":[1e2,-0,1E5],"k\\u00e9y":"\\/ \\u00e9 \\n é","10":null,"9":{},"e":[]}';
  const body = `{"name": "Verbatim", "emails": "just text", "contact_numbers": null, "metadata": ${metadata}}`;
  const made = answers(await api.post('/persons/', body, {}), 201);
  assert.equal(spelled(made, 'metadata', 'created_at'), minified);
  assert.equal(spelled(made, 'emails', 'contact_numbers'), '"just text"');
  assert.equal(spelled(made, 'contact_numbers', 'job_title'), 'null');
  const { id, updated_at } = made.json;
  const read = answers(await api.get(`/persons/${id}/`), 200);
  assert.equal(read.text, made.text);
  const listed = answers(await api.get('/persons/?page_size=1'), 200);
  assert.ok(listed.text.includes(read.text), 'a list shows the same bytes');

  const again = answers(await api.patch(`/persons/${id}/`, `{"metadata":${minified}}`, {}), 200);
  assert.deepEqual([again.json.updated_at, again.etag], [updated_at, made.etag ?? read.etag]);
  const other = minified.replace('1.50', '1.5');
  const changed = answers(await api.patch(`/persons/${id}/`, `{"metadata":${other}}`, {}), 200);
  assert.equal(spelled(changed, 'metadata', 'created_at'), other);
  assert.notEqual(changed.json.updated_at, updated_at);
});

test('free-form values may be of any kind, null included', async () => {
  const api = await admin();
  for (const value of ['null', 'true', '0', '""', '"text"', '[]', '{}', '[null]']) {
    const person = answers(await api.post('/persons/', `{"name": "Any", "metadata": ${value}, "emails": ${value}}`, {}), 201);
    assert.equal(spelled(person, 'metadata', 'created_at'), value);
    assert.equal(spelled(person, 'emails', 'contact_numbers'), value);
    const made = `{"name": "${distinct('Any')}", "address": ${value}}`;
    assert.equal(spelled(answers(await api.post('/organizations/', made, {}), 201), 'address', 'owner'), value);
  }
});

test('read-only and unknown fields are ignored on write', async () => {
  const api = await admin();
  const forged = { id: '00000000-0000-4000-8000-000000000001', platform: 99, platform_user: 1, active: false,
    created_at: '2001-01-01T00:00:00.000000Z', updated_at: 'never', unknown: { a: [1] }, password: 'x' };
  const made = await newPerson(api, forged);
  assert.notEqual(made.id, forged.id);
  assert.deepEqual([made.platform_user, made.active, 'unknown' in made], [null, true, false]);
  assert.notEqual(made.platform, 99);
  assert.notEqual(made.created_at, forged.created_at);
  assert.deepEqual(shown(await api.patch(`/persons/${made.id}/`, forged), 200), made);
});

test('random bytes as bodies of every type: a clear refusal, and the next request works', async () => {
  const api = await admin();
  let seed = 20240611;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 120; round += 1) {
    const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 300) + 1 }, () => Math.floor(random() * 256)));
    const type = ['application/json', formType, 'multipart/form-data; boundary=x', null, 'text/plain'][round % 5];
    const body = round % 3 === 0 ? Buffer.concat([Buffer.from('{"name":"'), bytes]) : bytes;
    const answer = await api.post('/organizations/', body, { type });
    assert.ok([400, 415].includes(answer.status), `round ${round}, ${type}: ${answer}`);
  }
  answers(await api.get('/organizations/'), 200);
});
