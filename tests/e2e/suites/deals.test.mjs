// Deals: created, moved, won and lost; lists, the board, and what they keep from being deleted.
import { Server } from '../lib/server.mjs';
import { sharedServer, test } from '../lib/suite.mjs';
import { succeeds } from '../lib/command.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, shown, tally } from '../lib/expect.mjs';
import { distinct, memberWith, newOrganization, newPerson, newPlatform, unknownId } from '../lib/world.mjs';
import { isSound } from '../lib/log.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const page = async (api, path) => shown(await api.get(path), 200);
const ids = (records) => records.map(({ id }) => id);
const newDeal = async (api, person, fields = {}) =>
  shown(await api.post('/deals/', { title: distinct('Deal'), person: person.id, ...fields }), 201);
const move = (api, { id }, body, how = 'move-stage') => api.post(`/deals/${id}/${how}/`, body);
const stages = { new: 1, qualified: 2, proposal: 3, negotiation: 4, won: 5, lost: 6 };

test('a deal is created, read, listed, changed and deleted', async () => {
  const { admin, id: platform, adminUser } = await fresh();
  const organization = await newOrganization(admin);
  const person = await newPerson(admin, { organization: organization.id });
  const answer = await admin.post('/deals/', { title: ' Loom ', lead_value: 48000.5, person: person.id, metadata: { tier: 1 } });
  const deal = shown(answer, 201);
  assert.ok(answer.headers.location.endsWith(`/deals/${deal.id}/`));
  const { created_at, updated_at, ...rest } = deal;
  assert.deepEqual(rest, {
    id: deal.id, platform, title: 'Loom', description: '', lead_value: '48000.50', currency: 'USD', status: 'open',
    lost_reason: '', expected_close_date: null, closed_at: null, person: person.id, person_name: person.name,
    organization: organization.id, organization_name: organization.name, pipeline: 1, stage: stages.new, source: null,
    owner: adminUser.id, tags: [], is_stale: false, metadata: { tier: 1 },
  });
  assert.equal(created_at, updated_at);
  assert.deepEqual(shown(await admin.get(`/deals/${deal.id}/`), 200), deal);
  assert.deepEqual((await page(admin, '/deals/')).results, [deal]);
  const patched = shown(await admin.patch(`/deals/${deal.id}/`, { source: 2, expected_close_date: '2026-09-30', lead_value: '7' }), 200);
  assert.deepEqual([patched.source, patched.expected_close_date, patched.lead_value], [2, '2026-09-30', '7.00']);
  shown(await move(admin, deal, { stage_code: 'proposal' }), 200);
  const replaced = shown(await admin.put(`/deals/${deal.id}/`, { title: 'Looms', person: person.id }), 200);
  assert.deepEqual([replaced.source, replaced.expected_close_date, replaced.lead_value, replaced.stage, replaced.metadata],
    [null, null, '0.00', stages.proposal, {}]);
  answers(await admin.delete(`/deals/${deal.id}/`), 204);
  notFound(await admin.get(`/deals/${deal.id}/`));
  notFound(await move(admin, deal, { stage_code: 'new' }));
});

test('what a stage means is not changed while deals stand in it', async () => {
  const { admin } = await fresh();
  const deal = await newDeal(admin, await newPerson(admin));
  const stage = `/pipelines/1/stages/${stages.new}/`;
  const kept = answers(await admin.patch(stage, { is_won: true, name: 'Paid' }), 409).json;
  assert.deepEqual(kept.protected_by, { deals: 1 });
  assert.equal(shown(await admin.patch(stage, { is_won: false, name: 'Fresh' }), 200).name, 'Fresh');
  shown(await move(admin, deal, { stage_code: 'qualified' }), 200);
  assert.equal(shown(await admin.patch(stage, { is_won: true }), 200).is_won, true);
  shown(await move(admin, deal, {}, 'won'), 200);
  assert.equal(shown(await admin.get(`/deals/${deal.id}/`), 200).stage, stages.new);
});

test('every fault of a deal is told at once', async () => {
  const { admin } = await fresh();
  const person = unknownId();
  fieldErrors(await admin.post('/deals/', { lead_value: 'much', currency: 'usd', status: 'won', closed_at: null, person, stage: 99 }), {
    title: ['This field is required.'], lead_value: ['A valid number is required.'], currency: ['"usd" is not a valid choice.'],
    status: ["This follows the deal's stage: move the deal instead."],
    closed_at: ["This follows the deal's stage: move the deal instead."],
    person: [`Invalid pk "${person}" - object does not exist.`],
    stage: ['Invalid pk "99" - object does not exist.'],
  });
});

test('a deal is moved, won, lost and opened again; its status follows its stage', async () => {
  const { admin } = await fresh();
  const deal = await newDeal(admin, await newPerson(admin));
  const won = shown(await move(admin, deal, undefined, 'won'), 200);
  assert.deepEqual([won.status, won.stage], ['won', stages.won]);
  assert.match(won.closed_at, /Z$/);
  const lost = shown(await move(admin, deal, { lost_reason: 'Too dear', stage_code: 'lost' }, 'lost'), 200);
  assert.deepEqual([lost.status, lost.stage, lost.lost_reason], ['lost', stages.lost, 'Too dear']);
  const open = shown(await admin.patch(`/deals/${deal.id}/`, { stage: stages.qualified }), 200);
  assert.deepEqual([open.status, open.stage, open.closed_at], ['open', stages.qualified, null]);
  fieldErrors(await move(admin, deal, {}, 'lost'), { lost_reason: ['This field is required.'] });
  fieldErrors(await move(admin, deal, {}), { stage_id: ['This field is required.'] });
  fieldErrors(await move(admin, deal, { stage_code: 'nowhere' }), { stage_code: ['Object with code=nowhere does not exist.'] });
  const before = answers(await admin.get(`/deals/${deal.id}/`), 200).etag;
  assert.equal(answers(await move(admin, deal, { stage_id: stages.qualified }), 200).etag, before);
});

test('thirty moves of one deal to one stage are thirty 200s and one move', async () => {
  const { admin } = await fresh();
  const deal = await newDeal(admin, await newPerson(admin));
  const all = await Promise.all(Array.from({ length: 30 }, () => move(admin, deal, { stage_code: 'negotiation' })));
  assert.deepEqual(tally(all), { 200: 30 });
  const history = shown(await admin.get(`/deals/${deal.id}/history/`), 200);
  assert.deepEqual(history.map(({ event }) => event), ['DealStageChanged', 'DealCreated']);
  const { count, results: [note] } = await page(admin, `/activities/?deal=${deal.id}`);
  assert.deepEqual([count, note.type, note.title, note.comment, note.is_done, note.deal, note.person],
    [1, 'note', 'Stage changed', 'New → Negotiation', true, deal.id, deal.person]);
});

test('deals are filtered, ordered and paged', async () => {
  const { admin } = await fresh();
  const [ada, bea] = [await newPerson(admin), await newPerson(admin)];
  const first = await newDeal(admin, ada, { title: 'Straße', lead_value: '9.50', expected_close_date: '2026-07-01', source: 1 });
  const second = await newDeal(admin, bea, { title: 'Anvil', lead_value: '10', metadata: { tier: null } });
  const third = await newDeal(admin, ada, { title: 'loom', lead_value: '9.50', expected_close_date: '2026-06-01' });
  shown(await move(admin, second, undefined, 'won'), 200);
  const found = async (query) => ids((await page(admin, `/deals/?${query}`)).results);
  const [a, b, c] = ids([first, second, third]);
  for (const [query, expected] of [
    ['', [c, b, a]], ['status=won', [b]], ['status=open', [c, a]], ['pipeline=1', [c, b, a]], ['pipeline=7', []],
    ['stage=1', [c, a]], [`person=${ada.id}`, [c, a]], ['source=1', [a]], ['source=9', []], ['metadata__has_key=tier', [b]],
    ['expected_close_date__gte=2026-06-02', [a]], ['expected_close_date__lte=2026-06-01', [c]], ['search=STRASSE', [a]],
    ['ordering=title', [b, a, c]], ['ordering=-lead_value', [b, c, a]], ['ordering=lead_value', [c, a, b]],
    ['ordering=expected_close_date', [c, a, b]], ['ordering=created_at', [a, b, c]],
    [`created_at__gte=${third.created_at}`, [c]], ['owner=999999', []],
  ]) assert.deepEqual(await found(query), expected, query);
  const { count, next } = await page(admin, '/deals/?page_size=2');
  assert.equal(count, 3);
  await newDeal(admin, bea);
  assert.deepEqual(ids(shown(await admin.get(new URL(next).pathname + new URL(next).search), 200).results), [a]);
  for (const query of ['status=great', 'person=ada', 'expected_close_date__gte=soon', 'ordering=person', 'stage=first']) {
    assert.deepEqual(Object.keys(answers(await admin.get(`/deals/?${query}`), 400).json), [query.split('=')[0]]);
  }
  answers(await admin.get('/deals/?page=9'), 404);
});

test('the board adds up what a spreadsheet would, currency by currency', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const values = [['0.01', 'USD'], ['0.02', 'USD'], ['999999999999.99', 'USD'], ['999999999999.99', 'USD'], ['12.50', 'EUR'], ['0.10', 'EUR'], ['3', 'JPY']];
  const deals = [];
  for (const [lead_value, currency] of values) deals.push(await newDeal(admin, person, { lead_value, currency }));
  shown(await move(admin, deals[0], { stage_code: 'qualified' }), 200);
  shown(await move(admin, deals[4], { stage_code: 'qualified' }), 200);
  const board = await page(admin, '/deals/board/?limit=2');
  assert.deepEqual([board.pipeline.code, board.limit, board.currency, board.other_totals], ['default', 2, 'USD', { EUR: '12.60', JPY: '3.00' }]);
  assert.deepEqual(board.stages.map(({ stage }) => stage.code), Object.keys(stages));
  const [fresh_, qualified, proposal] = board.stages;
  assert.deepEqual([fresh_.count, fresh_.total_value, fresh_.weighted_value, fresh_.has_more, fresh_.other_totals],
    [5, '2000000000000.00', '200000000000.00', true, { EUR: '0.10', JPY: '3.00' }]);
  assert.deepEqual(ids(fresh_.deals), [deals[6].id, deals[5].id]);
  // 0.01 at 25 %: a quarter of a hundredth
  assert.deepEqual([qualified.count, qualified.total_value, qualified.weighted_value, qualified.has_more], [2, '0.01', '0.00', false]);
  assert.deepEqual([proposal.count, proposal.total_value, proposal.deals], [0, '0.00', []]);
  assert.deepEqual(qualified.deals[0], shown(await admin.get(`/deals/${deals[4].id}/`), 200));
  notFound(await admin.get('/deals/board/?pipeline=77'));
  fieldErrors(await admin.get('/deals/board/?limit=none'), { limit: ['Enter a whole number from 1.'] });
});

test('what deals refer to is kept from being deleted, or cleared', async () => {
  const { admin } = await fresh();
  const organization = await newOrganization(admin);
  const person = await newPerson(admin);
  const deal = await newDeal(admin, person, { organization: organization.id, source: 3 });
  for (const path of [`/persons/${person.id}/`, '/pipelines/1/', '/pipelines/1/stages/1/']) {
    const refused = answers(await admin.delete(path), 409).json;
    assert.deepEqual(refused.protected_by, { deals: 1 }, path);
    assert.equal(typeof refused.detail, 'string');
  }
  answers(await admin.delete('/lead-sources/3/'), 204);
  answers(await admin.delete(`/organizations/${organization.id}/`), 204);
  const cleared = shown(await admin.get(`/deals/${deal.id}/`), 200);
  assert.deepEqual([cleared.source, cleared.organization, cleared.organization_name, cleared.updated_at], [null, null, null, deal.updated_at]);
  answers(await admin.delete(`/deals/${deal.id}/`), 204);
  answers(await admin.delete(`/persons/${person.id}/`), 204);
});

test('merging while deals are moved loses none, and is taken back exactly', async () => {
  const { admin } = await fresh();
  const [primary, duplicate] = [await newPerson(admin), await newPerson(admin)];
  const deals = [];
  for (let i = 0; i < 12; ++i) deals.push(await newDeal(admin, i % 3 ? duplicate : primary));
  const [merged, ...moved] = await Promise.all([
    admin.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: [duplicate.id] }),
    ...deals.map((deal) => move(admin, deal, { stage_code: 'proposal' })),
  ]);
  assert.equal(shown(merged, 200).reparented.deals, 8);
  assert.deepEqual(tally(moved), { 200: 12 });
  const { count, results } = await page(admin, `/deals/?person=${primary.id}&stage=${stages.proposal}`);
  assert.deepEqual([count, ids(results).sort((x, y) => x - y)], [12, ids(deals)]);
  const back = shown(await admin.post(`/persons/${duplicate.id}/unmerge/`), 200);
  assert.equal(back.reparented.deals, 8);
  assert.equal((await page(admin, `/deals/?person=${duplicate.id}`)).count, 8);
  assert.equal((await page(admin, `/deals/?person=${primary.id}`)).count, 4);
  assert.equal((await page(admin, '/activities/?type=note')).count, 12);
});

test('an erased person leaves its deals their numbers', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const title = distinct('Secret');
  const deal = await newDeal(admin, person, { title, lead_value: '12.00' });
  const call = shown(await admin.post('/activities/', { title: `Call ${title}`, type: 'call', deal: deal.id, comment: title }), 201);
  answers(await admin.post(`/persons/${person.id}/erase/`), 204);
  assert.deepEqual([shown(await admin.get(`/activities/${call.id}/`), 200)].map((one) => [one.title, one.comment, one.deal]), [['', '', deal.id]]);
  const left = shown(await admin.get(`/deals/${deal.id}/`), 200);
  assert.deepEqual([left.title, left.person, left.person_name, left.lead_value], ['', null, null, '12.00']);
  assert.equal((await page(admin, '/deals/board/')).stages[0].total_value, '12.00');
  assert.equal((await page(admin, `/deals/?search=${title}`)).count, 0);
  assert.ok(!(await admin.get(`/deals/${deal.id}/history/`)).text.includes(title));
  assert.ok(!(await admin.get('/events/')).text.includes(title));
  shown(await move(admin, deal, { stage_code: 'qualified' }), 200);
});

test("a deal's history shows its person merged away, and its source deleted", async () => {
  const { admin, adminUser } = await fresh();
  const [ada, twin] = [await newPerson(admin), await newPerson(admin)];
  const deal = await newDeal(admin, twin, { source: 2 });
  shown(await admin.post('/persons/merge/', { primary_id: ada.id, duplicate_ids: [twin.id] }), 200);
  answers(await admin.delete('/lead-sources/2/'), 204);
  shown(await admin.post(`/persons/${twin.id}/unmerge/`, {}), 200);
  const history = shown(await admin.get(`/deals/${deal.id}/history/`), 200);
  assert.deepEqual(history.map(({ event, changes }) => [event, changes]).slice(0, 3), [
    ['PersonUnmerged', { person: [ada.id, twin.id] }],
    ['LeadSourceDeleted', { source: [2, null] }],
    ['PersonMerged', { person: [twin.id, ada.id] }],
  ]);
  assert.ok(history.every(({ actor_username }) => actor_username === adminUser.username));
});

test('a deal has a history and a past', async () => {
  const { admin } = await fresh();
  const deal = await newDeal(admin, await newPerson(admin), { title: 'Before' });
  const then = answers(await admin.patch(`/deals/${deal.id}/`, { lead_value: '5' }), 200).headers['x-position'];
  shown(await admin.patch(`/deals/${deal.id}/`, { title: 'After' }), 200);
  shown(await move(admin, deal, undefined, 'won'), 200);
  const past = await page(admin, `/deals/${deal.id}/?as_of=${then}`);
  assert.deepEqual([past.title, past.lead_value, past.status], ['Before', '5.00', 'open']);
  assert.deepEqual((await page(admin, `/deals/?as_of=${then}`)).results, [past]);
  assert.equal((await page(admin, `/deals/board/?as_of=${then}`)).stages[0].total_value, '5.00');
  const [won, renamed, , created] = shown(await admin.get(`/deals/${deal.id}/history/`), 200);
  assert.deepEqual(won.changes.stage, [stages.new, stages.won]);
  assert.deepEqual(won.changes.status, ['open', 'won']);
  assert.deepEqual(renamed.changes, { title: ['Before', 'After'] });
  assert.deepEqual([created.action, created.changes.title], ['create', [null, 'Before']]);
  notFound(await admin.get('/deals/99/history/'));
});

test('the texts of a deal are written anew after its person was erased', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const deal = await newDeal(admin, person, { title: 'Forgotten' });
  answers(await admin.post(`/persons/${person.id}/erase/`, {}), 204);
  const lost = shown(await move(admin, deal, { lost_reason: 'Nobody left' }, 'lost'), 200);
  assert.deepEqual([lost.title, lost.lost_reason, lost.status, lost.metadata], ['', 'Nobody left', 'lost', {}]);
  const titled = shown(await admin.patch(`/deals/${deal.id}/`, { title: 'Kept numbers' }), 200);
  assert.equal(titled.title, 'Kept numbers');
  assert.deepEqual(ids(shown(await admin.get('/search/?q=kept%20num'), 200).deals), [deal.id]);
});

test('what a role may do with deals', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const deal = await newDeal(platform.admin, await newPerson(platform.admin));
  const { api: viewer } = await memberWith(server, platform, 'CRM Viewer');
  const { api: inviter } = await memberWith(server, platform, 'CRM Inviter');
  const { api: user } = await memberWith(server, platform, 'CRM User');
  for (const path of ['/deals/', '/deals/board/', `/deals/${deal.id}/`, `/deals/${deal.id}/history/`]) {
    answers(await viewer.get(path), 200);
    forbidden(await inviter.get(path));
  }
  for (const how of ['move-stage', 'won', 'lost']) forbidden(await move(viewer, deal, {}, how));
  forbidden(await viewer.post('/deals/', {}));
  forbidden(await viewer.delete(`/deals/${deal.id}/`));
  shown(await move(user, deal, { stage_code: 'won' }), 200);
  notFound(await (await newPlatform(server)).admin.get(`/deals/${deal.id}/`));
});

test('all of it holds after a rebuild, and the check finds no difference', async () => {
  const server = await Server.start();
  try {
    const { admin } = await newPlatform(server);
    const [ada, bea, cea] = [await newPerson(admin), await newPerson(admin), await newPerson(admin)];
    const deals = [];
    for (const person of [ada, bea, cea, ada]) deals.push(await newDeal(admin, person, { lead_value: '1.25', metadata: { a: 1 } }));
    shown(await move(admin, deals[0], { lost_reason: 'No' }, 'lost'), 200);
    shown(await admin.post('/persons/merge/', { primary_id: ada.id, duplicate_ids: [bea.id] }), 200);
    answers(await admin.delete(`/deals/${deals[3].id}/`), 204);
    answers(await admin.post(`/persons/${cea.id}/erase/`), 204);
    const reading = async () => [await page(admin, '/deals/'), await page(admin, '/deals/board/'), shown(await admin.get(`/deals/${deals[0].id}/history/`), 200)];
    const before = await reading();
    await server.stop();
    await isSound(server.data);
    await succeeds('rebuild', '--data', server.data);
    await server.restart();
    assert.deepEqual(await reading(), before);
  } finally {
    await server.remove();
  }
});
