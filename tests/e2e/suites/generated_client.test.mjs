// The client generated from the seed contract, unchanged, runs all its operations under both mounts.
import { sharedServer, test } from '../lib/suite.mjs';
import { faultsAgainst, generatedClient, operations } from '../lib/contract.mjs';
import { assert } from '../lib/expect.mjs';
import { distinct, distinctEmail, join, newPlatform, newUser, unknownId } from '../lib/world.mjs';

const up = sharedServer();
let loading;
let ran = new Set();

const camelCase = (id) => id.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Every operation by its id, each answer checked against its schema; auth as the client's own token or a header. */
async function operationsFor(server, platform, header) {
  const client = await (loading ??= generatedClient());
  client.OpenAPI.BASE = server.url;
  client.OpenAPI.TOKEN = header ? undefined : platform.admin.token;
  client.OpenAPI.HEADERS = header ? { Authorization: `${header} ${platform.admin.token}` } : undefined;
  const services = [client.CrmService, client.OrganizationsService, client.PersonsService];
  const call = {};
  for (const { id, schema } of operations()) {
    const name = camelCase(id);
    const service = services.find((each) => name in each);
    call[id] = async (...parameters) => {
      const answer = await service[name](...parameters);
      ran.add(id);
      if (schema) assert.deepEqual(faultsAgainst(schema, answer), [], `${id} answered ${JSON.stringify(answer)}`);
      else assert.equal(answer, undefined, `${id} answered a body`);
      return answer;
    };
  }
  return { call, ApiError: client.ApiError };
}

const failsWith = (promise, ApiError, status) =>
  assert.rejects(promise, (error) => error instanceof ApiError && error.status === status, `expected ${status}`);

async function organizationsWork(server, prefix, header) {
  const platform = await newPlatform(server);
  const { call, ApiError } = await operationsFor(server, platform, header);
  const name = distinct('Voltaic Works');
  const made = await call[`${prefix}organizations_create`]({ name, address: { city: 'Turin' }, metadata: ['a', 1] });
  assert.equal(made.platform, platform.id);
  assert.deepEqual(await call[`${prefix}organizations_retrieve`](made.id), made);

  const listed = await call[`${prefix}organizations_list`](name, undefined, 1, 10);
  assert.deepEqual(listed.results, [made]);
  assert.equal(listed.count, 1);
  assert.equal((await call[`${prefix}organizations_list`](undefined, platform.adminUser.id)).count, 0);

  const patched = await call[`${prefix}organizations_partial_update`](made.id, { owner: platform.adminUser.id });
  assert.equal(patched.owner, platform.adminUser.id);
  assert.deepEqual(patched.address, { city: 'Turin' });
  const replaced = await call[`${prefix}organizations_update`](made.id, { name: distinct('Renamed Works') });
  assert.deepEqual([replaced.owner, replaced.address, replaced.metadata], [null, {}, {}]);

  await call[`${prefix}organizations_destroy`](made.id);
  await failsWith(call[`${prefix}organizations_retrieve`](made.id), ApiError, 404);
}

async function personsWork(server, prefix, header) {
  const platform = await newPlatform(server);
  const { call, ApiError } = await operationsFor(server, platform, header);
  const organization = await call[`${prefix}organizations_create`]({ name: distinct('Employer') });
  const fields = {
    name: distinct('Ada'),
    primary_email: distinctEmail('ada'),
    emails: ['second@example.net'],
    contact_numbers: [{ mobile: '+39 011 555' }],
    job_title: 'Engineer',
    organization: organization.id,
    owner: platform.adminUser.id,
    lifecycle_stage: 'qualified',
    unique_id: distinct('crm'),
    metadata: { source: 'fair', seen: null },
  };
  const made = await call[`${prefix}persons_create`](fields);
  for (const [field, value] of Object.entries(fields)) assert.deepEqual(made[field], value, field);
  assert.deepEqual(await call[`${prefix}persons_retrieve`](made.id), made);

  const listed = await call[`${prefix}persons_list`](
    made.created_at, made.created_at, 'qualified', 'seen', organization.id, platform.adminUser.id, 1, 5,
  );
  assert.deepEqual([listed.count, listed.results], [1, [made]]);

  const patched = await call[`${prefix}persons_partial_update`](made.id, { lifecycle_stage: 'customer' });
  assert.equal(patched.lifecycle_stage, 'customer');
  assert.equal(patched.name, made.name);
  const replaced = await call[`${prefix}persons_update`](made.id, { name: made.name, primary_email: made.primary_email });
  assert.deepEqual([replaced.job_title, replaced.unique_id, replaced.lifecycle_stage], ['', '', 'lead']);

  const invitation = await call[`${prefix}persons_invite_create`](made.id, { redirect_to: 'https://app.example/welcome', is_staff: true });
  assert.equal(invitation.person_id, made.id);
  assert.equal(invitation.platform_key, platform.key);
  await failsWith(call[`${prefix}persons_invite_create`](made.id), ApiError, 409);

  const bare = await call[`${prefix}persons_create`]({ name: distinct('Nobody in particular') });
  assert.equal(bare.primary_email, null);
  const member = await newUser(server);
  await join(server, member, platform);
  const linked = await call[`${prefix}persons_link_user_create`](bare.id, { user_id: member.id });
  assert.deepEqual([linked.platform_user, linked.active], [member.id, false]);

  const duplicate = await call[`${prefix}persons_create`]({ name: distinct('Ada again') });
  const merged = await call[`${prefix}persons_merge_create`]({ primary_id: made.id, duplicate_ids: [duplicate.id] });
  assert.deepEqual(merged, {
    primary_id: made.id,
    merged_ids: [duplicate.id],
    reparented: { deals: 0, activities: 0, tags: 0 },
  });

  await call[`${prefix}persons_destroy`](duplicate.id);
  await failsWith(call[`${prefix}persons_retrieve`](duplicate.id), ApiError, 404);
  await failsWith(call[`${prefix}persons_retrieve`](unknownId()), ApiError, 404);
  await failsWith(call[`${prefix}persons_create`]({ name: '' }), ApiError, 400);
}

test('the generated client keeps organizations under /api/crm', async () => organizationsWork(await up(), 'crm_'));
test('the generated client keeps organizations without a mount', async () => organizationsWork(await up(), '', 'Api-Token'));
test('the generated client keeps, invites, links and merges persons under /api/crm', async () =>
  personsWork(await up(), 'crm_', 'Api-Key'));
test('the generated client keeps, invites, links and merges persons without a mount', async () =>
  personsWork(await up(), ''));

test('all 30 operations of the contract were run by the generated client', async () => {
  ran = new Set();
  for (const prefix of ['crm_', '']) {
    await organizationsWork(await up(), prefix);
    await personsWork(await up(), prefix);
  }
  const missing = operations().map(({ id }) => id).filter((id) => !ran.has(id));
  assert.deepEqual(missing, []);
  assert.equal(ran.size, 30);
});
