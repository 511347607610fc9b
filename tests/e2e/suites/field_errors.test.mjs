// Every message of a field, and all failing fields at once, in the schema's order.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, join, memberWith, newOrganization, newPerson, newPlatform, newUser, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;

const required = 'This field is required.';
const blank = 'This field may not be blank.';
const isNull = 'This field may not be null.';
const noString = 'Not a valid string.';
const atMost = (n) => `Ensure this field has no more than ${n} characters.`;
const noPk = (value) => `Invalid pk "${value}" - object does not exist.`;

const personCases = [
  ['name', null, isNull], ['name', '', blank], ['name', ' \t\n\u3000', blank], ['name', true, noString],
  ['name', [], noString], ['name', { a: 1 }, noString], ['name', 'n'.repeat(256), atMost(255)],
  ['name', 'a\u0000b', 'Null characters are not allowed.'],
  ['primary_email', 'nobody', 'Enter a valid email address.'], ['primary_email', 'a@b', 'Enter a valid email address.'],
  ['primary_email', 'a b@example.org', 'Enter a valid email address.'],
  ['primary_email', '@example.org', 'Enter a valid email address.'],
  ['primary_email', 'a@-example.org', 'Enter a valid email address.'],
  ['primary_email', 'a@exa_mple.org', 'Enter a valid email address.'],
  ['primary_email', 'a@@example.org', 'Enter a valid email address.'],
  ['primary_email', 'a..b@example.org', 'Enter a valid email address.'], ['primary_email', ['a@b.cd'], noString],
  ['job_title', 'j'.repeat(256), atMost(255)], ['job_title', null, isNull], ['job_title', false, noString],
  ['organization', 'acme', 'Must be a valid UUID.'], ['organization', '1234', 'Must be a valid UUID.'],
  ['owner', 'me', 'A valid integer is required.'], ['owner', 1.5, 'A valid integer is required.'],
  ['owner', true, 'A valid integer is required.'], ['owner', [1], 'A valid integer is required.'],
  ['owner', 9007199, noPk(9007199)], ['owner', 0, noPk(0)], ['owner', -3, noPk(-3)],
  ['lifecycle_stage', 'vip', '"vip" is not a valid choice.'], ['lifecycle_stage', 'Lead', '"Lead" is not a valid choice.'],
  ['lifecycle_stage', null, isNull],
  ['unique_id', 'u'.repeat(129), atMost(128)], ['unique_id', null, isNull], ['unique_id', [], noString],
];

test('persons: each field says what is wrong with it, on create and on patch', async () => {
  const api = await admin();
  const { id } = await newPerson(api);
  for (const [field, value, message] of personCases) {
    const body = { name: 'Fine', [field]: value };
    fieldErrors(await api.post('/persons/', body), { [field]: [message] });
    fieldErrors(await api.patch(`/persons/${id}/`, { [field]: value }), { [field]: [message] });
    fieldErrors(await api.put(`/persons/${id}/`, body), { [field]: [message] });
  }
});

test('organizations: each field says what is wrong with it', async () => {
  const api = await admin();
  const { id } = await newOrganization(api);
  for (const [field, value, message] of personCases.filter(([each]) => ['name', 'owner'].includes(each))) {
    const body = { name: distinct('Fine'), [field]: value };
    fieldErrors(await api.post('/organizations/', body), { [field]: [message] });
    fieldErrors(await api.patch(`/organizations/${id}/`, { [field]: value }), { [field]: [message] });
    fieldErrors(await api.put(`/organizations/${id}/`, body), { [field]: [message] });
  }
});

test('a missing name is required by create and replace, not by patch', async () => {
  const api = await admin();
  for (const kind of ['persons', 'organizations']) {
    fieldErrors(await api.post(`/${kind}/`, { metadata: {} }), { name: [required] });
    const { id } = await (kind === 'persons' ? newPerson : newOrganization)(api);
    fieldErrors(await api.put(`/${kind}/${id}/`, { metadata: {} }), { name: [required] });
    answers(await api.patch(`/${kind}/${id}/`, { metadata: { a: 1 } }), 200);
  }
});

test('all failing fields answer at once, in the order of the schema', async () => {
  const api = await admin();
  const missing = unknownId();
  const wrong = {
    unique_id: 'u'.repeat(129), lifecycle_stage: 'vip', owner: 'me', organization: missing, job_title: null,
    primary_email: 'nobody', name: '',
  };
  const messages = {
    name: [blank], primary_email: ['Enter a valid email address.'], job_title: [isNull], organization: [noPk(missing)],
    owner: ['A valid integer is required.'], lifecycle_stage: ['"vip" is not a valid choice.'], unique_id: [atMost(128)],
  };
  fieldErrors(await api.post('/persons/', wrong), messages);
  const { id } = await newPerson(api);
  fieldErrors(await api.patch(`/persons/${id}/`, wrong), messages);
  fieldErrors(await api.put(`/persons/${id}/`, wrong), messages);
  fieldErrors(await api.post('/organizations/', { owner: 99999, name: null }), { name: [isNull], owner: [noPk(99999)] });
});

test('what only the state can tell is told together with what the shape tells', async () => {
  const api = await admin();
  const { unique_id } = await newPerson(api, { unique_id: distinct('taken') });
  const answer = answers(await api.post('/persons/', { unique_id, owner: 424242, primary_email: 'x' }), 400);
  assert.deepEqual(Object.keys(answer.json), ['name', 'primary_email', 'owner', 'unique_id']);
  assert.deepEqual(answer.json.owner, [noPk(424242)]);
  assert.match(answer.json.unique_id[0], /already exists/);
});

test('lengths count code points, after trimming', async () => {
  const api = await admin();
  const astral = '\u{1F600}';
  assert.equal((await newPerson(api, { name: astral.repeat(255) })).name, astral.repeat(255));
  fieldErrors(await api.post('/persons/', { name: astral.repeat(256) }), { name: [atMost(255)] });
  assert.equal((await newPerson(api, { name: `   ${'n'.repeat(255)}\n` })).name, 'n'.repeat(255));
  const unique = distinct('u').padEnd(128, '\u00e9');
  assert.equal((await newPerson(api, { unique_id: unique })).unique_id, unique);
  const long = `${'l'.repeat(245)}@example.org`;
  const answer = answers(await api.post('/persons/', { name: 'Long', primary_email: long }), 400);
  assert.ok(answer.json.primary_email.includes(atMost(254)), String(answer));
});

test('plain strings are trimmed, also by Unicode white space; inner space stays', async () => {
  const api = await admin();
  const made = await newPerson(api, {
    name: '\u00a0\u2003 Ada  Byron \u3000\t', job_title: ' Count ess ', unique_id: `  ${distinct('trim')}  `,
    primary_email: '  trimmed@example.org ', metadata: { kept: ' as is ' },
  });
  assert.equal(made.name, 'Ada  Byron');
  assert.equal(made.job_title, 'Count ess');
  assert.equal(made.unique_id, made.unique_id.trim());
  assert.equal(made.primary_email, 'trimmed@example.org');
  assert.deepEqual(made.metadata, { kept: ' as is ' });
});

test('numbers are accepted where text is wanted, digits where an integer is', async () => {
  const api = await admin();
  const { adminUser } = await platform();
  const made = await newPerson(api, { name: 42, job_title: 7.5, owner: String(adminUser.id) });
  assert.deepEqual([made.name, made.job_title, made.owner], ['42', '7.5', adminUser.id]);
});

test('emails of every good shape are taken as they are', async () => {
  const api = await admin();
  for (const email of ['a@b.co', 'First.Last+tag@Sub.Example.ORG', '"quoted.and\\ spaced"@example.org', 'a@localhost',
    'x@[127.0.0.1]', "o'hara!#$%&*@example.org", 'a@xn--bcher-kva.example', 'a@b\u00fccher.example']) {
    const made = await api.post('/persons/', { name: 'Good email', primary_email: email });
    assert.equal(shown(made, 201).primary_email, email, email);
  }
});

test('an organization must exist on this platform; an owner must be its active member', async () => {
  const server = await up();
  const here = await platform();
  const elsewhere = await newPlatform(server);
  const foreign = await newOrganization(elsewhere.admin);
  const outsider = elsewhere.adminUser;
  const wrong = { organization: foreign.id, owner: outsider.id };
  fieldErrors(await here.admin.post('/persons/', { name: 'Foreign', ...wrong }), {
    organization: [noPk(foreign.id)], owner: [noPk(outsider.id)],
  });
  const gone = await newOrganization(here.admin);
  answers(await here.admin.delete(`/organizations/${gone.id}/`), 204);
  fieldErrors(await here.admin.post('/persons/', { name: 'Gone', organization: gone.id }), { organization: [noPk(gone.id)] });

  const sleeper = await newUser(server);
  shown(await join(server, sleeper, here, { active: false }), 201);
  fieldErrors(await here.admin.post('/organizations/', { name: distinct('x'), owner: sleeper.id }), { owner: [noPk(sleeper.id)] });
  shown(await join(server, sleeper, here, { active: true, expired_on: '2001-02-03' }), 200);
  fieldErrors(await here.admin.post('/persons/', { name: 'x', owner: sleeper.id }), { owner: [noPk(sleeper.id)] });
  const { user } = await memberWith(server, here, null);
  assert.equal((await newPerson(here.admin, { owner: user.id })).owner, user.id);
});

test('invite, link and merge: each field', async () => {
  const api = await admin();
  const person = await newPerson(api, { primary_email: distinctEmail() });
  const invite = `/persons/${person.id}/invite/`;
  fieldErrors(await api.post(invite, { redirect_to: 'https://a.example/'.padEnd(256, 'r'), enrollment_config: [], is_staff: 'x', is_admin: 3 }), {
    is_admin: ['Must be a valid boolean.'], is_staff: ['Must be a valid boolean.'],
    enrollment_config: ['Expected a dictionary of items but got type "list".'], redirect_to: [atMost(255)],
  });
  fieldErrors(await api.post(invite, { is_admin: null }), { is_admin: [isNull] });
  for (const bad of ['javascript:alert(1)', 'ftp://example.org/x', 'https://user:secret@example.org/', '/welcome', '//example.org/']) {
    const answer = answers(await api.post(invite, { redirect_to: bad }), 400);
    assert.deepEqual(Object.keys(answer.json), ['redirect_to'], bad);
  }
  const link = `/persons/${person.id}/link-user/`;
  fieldErrors(await api.post(link, {}), { user_id: [required] });
  fieldErrors(await api.post(link, { user_id: null }), { user_id: [isNull] });
  for (const bad of ['abc', '', 1.5, true, {}]) {
    fieldErrors(await api.post(link, { user_id: bad }), { user_id: ['A valid integer is required.'] });
  }

  const merge = '/persons/merge/';
  fieldErrors(await api.post(merge, {}), { primary_id: [required], duplicate_ids: [required] });
  fieldErrors(await api.post(merge, { primary_id: 'x', duplicate_ids: 'y' }), {
    primary_id: ['Must be a valid UUID.'], duplicate_ids: ['Expected a list of items but got type "str".'],
  });
  fieldErrors(await api.post(merge, { primary_id: null, duplicate_ids: null }), { primary_id: [isNull], duplicate_ids: [isNull] });
  const empty = answers(await api.post(merge, { primary_id: person.id, duplicate_ids: [] }), 400);
  assert.deepEqual(Object.keys(empty.json), ['duplicate_ids']);
  const items = answers(await api.post(merge, { primary_id: person.id, duplicate_ids: [person.id, 'x'] }), 400);
  assert.deepEqual(Object.keys(items.json), ['duplicate_ids']);
});
