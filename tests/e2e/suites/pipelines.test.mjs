// Pipelines, their stages, and lead sources.
import { Server } from '../lib/server.mjs';
import { sharedServer, test } from '../lib/suite.mjs';
import { succeeds } from '../lib/command.mjs';
import { answers, assert, notFound, shown } from '../lib/expect.mjs';
import { distinct, newPlatform } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const codes = (stages) => stages.map(({ code }) => code);
const faulty = (answer, fields) => assert.deepEqual(Object.keys(answers(answer, 400).json), fields);
const page = async (api, path) => shown(await api.get(path), 200);

test('a new platform begins with one pipeline of six stages and four lead sources', async () => {
  const { admin, id: platform } = await fresh();
  const { count, results: [pipeline] } = await page(admin, '/pipelines/');
  assert.equal(count, 1);
  assert.deepEqual(Object.keys(pipeline), ['id', 'platform', 'name', 'code', 'is_default', 'rotten_days', 'stages',
    'metadata', 'created_at', 'updated_at']);
  assert.deepEqual([pipeline.platform, pipeline.name, pipeline.code, pipeline.is_default, pipeline.rotten_days],
    [platform, 'Default Pipeline', 'default', true, 30]);
  assert.deepEqual(pipeline.stages.map((stage) => [stage.code, stage.name, stage.probability, stage.sort_order, stage.is_won, stage.is_lost]), [
    ['new', 'New', 10, 0, false, false], ['qualified', 'Qualified', 25, 1, false, false],
    ['proposal', 'Proposal', 50, 2, false, false], ['negotiation', 'Negotiation', 75, 3, false, false],
    ['won', 'Won', 100, 4, true, false], ['lost', 'Lost', 0, 5, false, true]]);
  const sources = await page(admin, '/lead-sources/');
  assert.deepEqual(codes(sources.results), ['advertisement', 'cold_call', 'referral', 'web']);
});

test('a pipeline is created, read, listed, changed and deleted', async () => {
  const { admin } = await fresh();
  const answer = await admin.post('/pipelines/', { name: 'Leasing', code: 'leasing', rotten_days: 14, metadata: { region: 'north' } });
  const made = shown(answer, 201);
  assert.ok(answer.headers.location.endsWith(`/pipelines/${made.id}/`));
  assert.deepEqual(shown(await admin.get(`/pipelines/${made.id}/`), 200), made);
  assert.deepEqual(made.stages, []);
  const patched = shown(await admin.patch(`/pipelines/${made.id}/`, { name: 'Renting' }), 200);
  assert.deepEqual({ ...patched, updated_at: 0 }, { ...made, name: 'Renting', updated_at: 0 });
  const replaced = shown(await admin.put(`/pipelines/${made.id}/`, { name: 'Renting', code: 'renting' }), 200);
  assert.deepEqual([replaced.rotten_days, replaced.metadata, replaced.code], [30, {}, 'renting']);
  assert.deepEqual((await page(admin, '/pipelines/')).results.map(({ id }) => id), [made.id, 1]);
  answers(await admin.delete(`/pipelines/${made.id}/`), 204);
  notFound(await admin.get(`/pipelines/${made.id}/`));
  notFound(await admin.delete(`/pipelines/${made.id}/`));
});

test('pipelines are found by code, part of their name, and being the default', async () => {
  const { admin } = await fresh();
  for (const name of ['Straße', 'Bahn']) shown(await admin.post('/pipelines/', { name, code: name.slice(0, 3) }), 201);
  const found = async (query) => codes((await page(admin, `/pipelines/?${query}`)).results);
  assert.deepEqual(await found('code=Bah'), ['Bah']);
  assert.deepEqual(await found('name=STRASSE'), ['Str']);
  assert.deepEqual(await found('is_default=true'), ['default']);
  assert.deepEqual(await found('is_default=false&code='), ['Bah', 'Str']);
  faulty(await admin.get('/pipelines/?is_default=perhaps'), ['is_default']);
});

test('one pipeline is the default, and the one before is none any more', async () => {
  const { admin } = await fresh();
  const made = shown(await admin.post('/pipelines/', { name: 'B', code: 'b', is_default: true }), 201);
  assert.deepEqual([made.is_default, (await page(admin, '/pipelines/1/')).is_default], [true, false]);
});

test('codes are unique, and every fault is told at once', async () => {
  const { admin } = await fresh();
  const taken = shown(await admin.post('/pipelines/', { code: 'default', rotten_days: 'soon' }), 400);
  assert.deepEqual(taken, { name: ['This field is required.'], code: ['pipeline with this code already exists.'],
    rotten_days: ['A valid integer is required.'] });
  const stages = '/pipelines/1/stages/';
  faulty(await admin.post(stages, { name: 'Won', code: 'won' }), ['code']);
  faulty(await admin.post(stages, { name: 'S', code: 's', probability: 101 }), ['probability']);
  faulty(await admin.post(stages, { name: 'S', code: 's', is_won: true, is_lost: true }), ['is_lost']);
  faulty(await admin.post('/lead-sources/', { name: 'x'.repeat(129), code: 'web' }), ['name', 'code']);
});

test('stages stand in their pipeline, in order, and nowhere else', async () => {
  const { admin } = await fresh();
  const other = shown(await admin.post('/pipelines/', { name: 'B', code: 'b' }), 201);
  const stages = `/pipelines/${other.id}/stages/`;
  const last = shown(await admin.post(stages, { name: 'Last', code: 'last', sort_order: 9 }), 201);
  const first = shown(await admin.post(stages, { name: 'First', code: 'first', sort_order: 1 }), 201);
  const behind = shown(await admin.post(stages, { name: 'Behind', code: 'behind' }), 201);
  assert.equal(behind.sort_order, 10);
  assert.deepEqual((await page(admin, stages)).results, [first, last, behind]);
  assert.deepEqual((await page(admin, `/pipelines/${other.id}/`)).stages, [first, last, behind]);
  notFound(await admin.get(`/pipelines/1/stages/${first.id}/`));
  notFound(await admin.patch(`/pipelines/1/stages/${first.id}/`, { name: 'Mine' }));
  notFound(await admin.delete(`/pipelines/1/stages/${first.id}/`));
  notFound(await admin.get('/pipelines/77/stages/'));
  notFound(await admin.post('/pipelines/77/stages/', {}));
  const renamed = shown(await admin.patch(`${stages}${first.id}/`, { name: 'Opening' }), 200);
  assert.deepEqual([renamed.name, renamed.code], ['Opening', 'first']);
  answers(await admin.delete(`${stages}${last.id}/`), 204);
  assert.deepEqual(codes((await page(admin, `/pipelines/${other.id}/`)).stages), ['first', 'behind']);
});

test('stages are found by code and by what they mean, and paged', async () => {
  const { admin } = await fresh();
  const codes = async (query) => shown(await admin.get(`/pipelines/1/stages/?${query}`), 200).results.map(({ code }) => code);
  assert.deepEqual(await codes('code=WON'), ['won']);
  assert.deepEqual(await codes('is_won=true'), ['won']);
  assert.deepEqual(await codes('is_lost=false&is_won=false'), ['new', 'qualified', 'proposal', 'negotiation']);
  const first = shown(await admin.get('/pipelines/1/stages/?page_size=4'), 200);
  shown(await admin.post('/pipelines/1/stages/', { name: 'Late', code: 'late', sort_order: 0 }), 201);
  const second = shown(await admin.get(new URL(first.next).pathname + new URL(first.next).search), 200);
  assert.deepEqual([...first.results, ...second.results].map(({ code }) => code),
    ['new', 'qualified', 'proposal', 'negotiation', 'won', 'lost']);
});

test('reordering names every stage once and answers the pipeline', async () => {
  const { admin } = await fresh();
  const order = [6, 5, 4, 3, 2, 1];
  const before = answers(await admin.get('/pipelines/1/'), 200).etag;
  const answer = await admin.post('/pipelines/1/stages/reorder/', { order });
  const pipeline = shown(answer, 200);
  assert.deepEqual(pipeline.stages.map(({ id, sort_order: at }) => [id, at]), order.map((id, at) => [id, at]));
  assert.notEqual(answer.etag, before);
  assert.deepEqual(shown(await admin.get('/pipelines/1/'), 200), pipeline);
  faulty(await admin.post('/pipelines/1/stages/reorder/', { order: [1, 2] }), ['order']);
  faulty(await admin.post('/pipelines/1/stages/reorder/', {}), ['order']);
});

test("a pipeline's ETag follows its stages", async () => {
  const { admin } = await fresh();
  const before = answers(await admin.get('/pipelines/1/'), 200).etag;
  shown(await admin.patch('/pipelines/1/stages/2/', { probability: 30 }), 200);
  answers(await admin.get('/pipelines/1/', { headers: { 'If-None-Match': before } }), 200);
  shown(await admin.patch('/pipelines/1/', { rotten_days: 9 }, { headers: { 'If-Match': before } }), 200);
  answers(await admin.patch('/pipelines/1/', { rotten_days: 8 }, { headers: { 'If-Match': before } }), 412);
});

test('the past of pipelines is read with as_of', async () => {
  const { admin } = await fresh();
  const then = answers(await admin.patch('/pipelines/1/', { name: 'Before' }), 200).headers['x-position'];
  shown(await admin.patch('/pipelines/1/', { name: 'After' }), 200);
  shown(await admin.post('/pipelines/1/stages/', { name: 'Seventh', code: 'seventh' }), 201);
  const past = await page(admin, `/pipelines/1/?as_of=${then}`);
  assert.deepEqual([past.name, past.stages.length], ['Before', 6]);
  assert.equal((await page(admin, `/pipelines/?as_of=${then}`)).results[0].name, 'Before');
});

test('thirty who create one code at once make one', async () => {
  const { admin } = await fresh();
  const code = distinct('raced');
  const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await admin.post('/lead-sources/', { name: 'R', code })).status));
  assert.deepEqual([statuses.filter((s) => s === 201).length, statuses.filter((s) => s === 400).length], [1, 29]);
});

test('all of it holds after a rebuild, and the check finds no difference', async () => {
  const server = await Server.start();
  try {
    const { admin } = await newPlatform(server);
    shown(await admin.post('/pipelines/', { name: 'B', code: 'b', is_default: true }), 201);
    shown(await admin.post('/pipelines/2/stages/', { name: 'S', code: 's' }), 201);
    shown(await admin.post('/pipelines/1/stages/reorder/', { order: [2, 1, 3, 4, 5, 6] }), 200);
    answers(await admin.delete('/lead-sources/2/'), 204);
    const reading = async () => [await page(admin, '/pipelines/'), await page(admin, '/lead-sources/')];
    const before = await reading();
    await server.stop();
    await succeeds('check', '--data', server.data);
    await succeeds('rebuild', '--data', server.data);
    await server.restart();
    assert.deepEqual(await reading(), before);
  } finally {
    await server.remove();
  }
});
