// What a CRM front end asks for: its home page, its board, its lists with views, stars, the palette, the history tab.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { distinct, memberWith, newOrganization, newPerson, newPlatform, newUser, join } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const read = async (api, path) => shown(await api.get(`/dm/api/crm${path}`), 200);
const write = async (api, path, body, status = 200) => shown(await api.post(`/dm/api/crm${path}`, body), status);
const titles = ({ results }) => results.map(({ title }) => title);

/** A pipeline's worth of deals: two owners, two sources, three stages. */
async function selling() {
  const server = await up();
  const platform = await newPlatform(server);
  const { admin } = platform;
  const seller = await newUser(server);
  shown(await join(server, seller, platform), 201);
  const organization = await newOrganization(admin, { name: 'Engines' });
  const ada = await newPerson(admin, { name: 'Ada', organization: organization.id });
  const bea = await newPerson(admin, { name: 'Bea' });
  const tag = await write(admin, '/tags/', { name: 'VIP' }, 201);
  const deal = (title, person, stage, value, more = {}) =>
    write(admin, '/deals/', { title, person: person.id, stage, lead_value: value, ...more }, 201);
  const deals = [
    await deal('Ten looms', ada, 1, '100.10', { source: 1 }),
    await deal('Two looms', bea, 1, '20.05', { owner: seller.id }),
    await deal('One engine', ada, 2, '7.00', { owner: seller.id, source: 2, description: 'after the looms' }),
    await deal('Steam', bea, 3, '3000.00', { currency: 'EUR' }),
  ];
  await write(admin, `/deals/${deals[0].id}/tags/`, { tag_id: tag.id }, 201);
  await write(admin, `/deals/${deals[3].id}/won/`, {});
  return { platform, admin, seller, organization, ada, bea, tag, deals };
}
const board = async (api, query) => {
  const { stages } = await read(api, `/deals/board/?limit=100&${query}`);
  return Object.fromEntries(stages.filter(({ count }) => count > 0)
    .map(({ stage, count, total_value, deals }) => [stage.code, [count, total_value, deals.map(({ title }) => title)]]));
};

test('the board is filtered as the list of deals is', async () => {
  const { admin, seller, tag, bea, organization, deals } = await selling();
  assert.deepEqual(await board(admin, 'pipeline=1'), {
    new: [2, '120.15', ['Two looms', 'Ten looms']], qualified: [1, '7.00', ['One engine']], won: [1, '0.00', ['Steam']],
  });
  assert.deepEqual(await board(admin, 'search=LOOMS'), {
    new: [2, '120.15', ['Two looms', 'Ten looms']], qualified: [1, '7.00', ['One engine']],
  });
  assert.deepEqual(await board(admin, 'search=looms%20ten'), { new: [1, '100.10', ['Ten looms']] });
  assert.deepEqual(await board(admin, `owner=${seller.id}`), { new: [1, '20.05', ['Two looms']], qualified: [1, '7.00', ['One engine']] });
  assert.deepEqual(await board(admin, `tags=${tag.id}`), { new: [1, '100.10', ['Ten looms']] });
  assert.deepEqual(await board(admin, `status=won`), { won: [1, '3000.00', ['Steam']] });
  assert.deepEqual(await board(admin, `person=${bea.id}&status=open`), { new: [1, '20.05', ['Two looms']] });
  assert.deepEqual(await board(admin, `organization=${organization.id}&source=2`), { qualified: [1, '7.00', ['One engine']] });
  for (const query of ['search=looms', `owner=${seller.id}`, `tags=${tag.id}`, 'status=won', 'source=1', `stage=${deals[2].stage}`]) {
    const shownThere = Object.values(await board(admin, query)).reduce((sum, [count]) => sum + count, 0);
    assert.equal(shownThere, (await read(admin, `/deals/?pipeline=1&${query}`)).count, query);
  }
  answers(await admin.get('/deals/board/?status=maybe'), 400);
});

test('every column that a view sorts by is an order', async () => {
  const { admin } = await selling();
  const sortable = {
    persons: ['name', 'primary_email', 'job_title', 'lifecycle_stage', 'created_at', 'updated_at'],
    organizations: ['name', 'created_at', 'updated_at'],
    deals: ['title', 'status', 'lead_value', 'expected_close_date', 'created_at', 'updated_at'],
    activities: ['type', 'is_done', 'schedule_from', 'created_at', 'updated_at'],
  };
  for (const [kind, columns] of Object.entries(sortable)) {
    const all = (await read(admin, `/${kind}/`)).count;
    for (const column of columns.flatMap((one) => [one, `-${one}`])) {
      assert.equal((await read(admin, `/${kind}/?ordering=${column}&page_size=50`)).count, all, `${kind} by ${column}`);
    }
  }
  assert.deepEqual(titles(await read(admin, '/deals/?ordering=status')), ['One engine', 'Two looms', 'Ten looms', 'Steam']);
  assert.deepEqual(titles(await read(admin, '/deals/?ordering=-status'))[0], 'Steam');
});

test('activities are searched, ordered by what they are, and found without an owner', async () => {
  const { admin, ada } = await selling();
  const activity = (title, type, more = {}) => write(admin, '/activities/', { title, type, person: ada.id, ...more }, 201);
  await activity('Lunch in Paris', 'lunch', { comment: 'with the weavers' });
  await activity('Call the weavers', 'call', { owner: null, is_done: true });
  const only = async (query) => titles(await read(admin, `/activities/?person=${ada.id}&${query}`));
  assert.deepEqual(await only('search=WEAVERS'), ['Call the weavers', 'Lunch in Paris']);
  assert.deepEqual(await only('search=weavers%20paris'), ['Lunch in Paris']);
  assert.deepEqual(await only('ordering=type&search=weavers'), ['Call the weavers', 'Lunch in Paris']);
  assert.deepEqual(await only('ordering=is_done&search=weavers'), ['Lunch in Paris', 'Call the weavers']);
  assert.deepEqual(await only('owner__isnull=true'), ['Call the weavers']);
  assert.deepEqual((await read(admin, '/deals/?owner__isnull=true')).count, 0);
});

test('the home page', async () => {
  const { admin, deals } = await selling();
  const overview = await read(admin, '/overview/');
  assert.equal(overview.deals.pipeline.code, 'default');
  assert.deepEqual([overview.deals.currency, overview.deals.open_count, overview.deals.pipeline_value], ['USD', 3, '127.15']);
  assert.equal(overview.deals.won_lost_by_month.length, 6);
  assert.match(overview.deals.won_lost_by_month.at(-1).month, /^\d{4}-\d{2}$/);
  assert.deepEqual(overview.deals.by_stage.map(({ stage, count }) => [stage.code, count]),
    [['new', 2], ['qualified', 1], ['proposal', 0], ['negotiation', 0], ['won', 1], ['lost', 0]]);
  for (const filter of ['today', '7d', '30d', '90d']) assert.equal((await read(admin, `/overview/?date_filter=${filter}`)).period_deals_won, 1);
  assert.equal((await read(admin, '/persons/?active=true&ordering=-created_at&page_size=5')).count, 2);
  assert.equal((await read(admin, '/deals/?ordering=-created_at&page_size=5')).results[0].id, deals[3].id);
  await read(admin, '/activities/?is_done=false&ordering=schedule_from&page_size=6');
});

test('without a pipeline named, the figures are of all of them', async () => {
  const { admin, ada } = await selling();
  const renewals = await write(admin, '/pipelines/', { name: 'Renewals', code: 'renewals' }, 201);
  const stage = await write(admin, `/pipelines/${renewals.id}/stages/`, { name: 'Talks', code: 'talks', probability: 50 }, 201);
  await write(admin, '/deals/', { title: 'Again', person: ada.id, pipeline: renewals.id, stage: stage.id, lead_value: '10.00' }, 201);
  const { deals: all } = await read(admin, '/overview/');
  assert.deepEqual([all.pipeline.code, all.open_count, all.pipeline_value], ['default', 4, '137.15']);
  // 120.15 × 10 % + 7.00 × 25 % + 10.00 × 50 %
  assert.equal(all.weighted_value, '18.76');
  const { deals: one } = await read(admin, `/overview/?pipeline=${renewals.id}`);
  assert.deepEqual([one.pipeline.code, one.open_count, one.pipeline_value, one.weighted_value], ['renewals', 1, '10.00', '5.00']);
  assert.deepEqual(one.by_stage.map(({ count }) => count), [1]);
});

test('what the caller may not list is left out', async () => {
  const { platform, admin } = await selling();
  const { api: inviter } = await memberWith(await up(), platform, 'CRM Inviter');
  const overview = await read(inviter, '/overview/');
  assert.deepEqual(Object.keys(overview).sort(), ['period_end_date', 'period_persons_created', 'period_start_date', 'persons']);
  assert.deepEqual(Object.keys(await read(inviter, '/search/?q=a')).sort(), ['persons', 'q']);
  assert.deepEqual(Object.keys(await read(admin, '/search/?q=a')).sort(), ['deals', 'organizations', 'persons', 'q']);
});

test('a star, the palette, and the history tab', async () => {
  const { admin, ada, organization, deals } = await selling();
  assert.equal((await read(admin, `/favorites/?page_size=100&deal=${deals[1].id}`)).results.length, 0);
  const star = await write(admin, '/favorites/', { deal: deals[1].id }, 201);
  assert.deepEqual((await read(admin, `/favorites/?page_size=100&deal=${deals[1].id}`)).results.map(({ id }) => id), [star.id]);
  const palette = await read(admin, '/search/?q=loom&limit=6');
  assert.deepEqual(palette.deals.map(({ title }) => title), ['Two looms', 'Ten looms']);
  shown(await admin.patch(`/dm/api/crm/organizations/${organization.id}/`, { address: { city: 'Paris' } }), 200);
  for (const path of [`/persons/${ada.id}/history/`, `/organizations/${organization.id}/history/`, `/deals/${deals[3].id}/history/`]) {
    for (const { id, timestamp, action, changes } of await read(admin, path)) {
      assert.ok(id && Date.parse(timestamp) && ['create', 'update', 'delete'].includes(action));
      for (const value of Object.values(changes).flat()) assert.ok(!(value instanceof Object) || Array.isArray(value), `${value}`);
    }
  }
});

test('a saved view holds columns, filters and sorts, and is what it was', async () => {
  const { admin } = await fresh();
  const view = {
    object_type: 'deals', name: distinct('View'), type: 'kanban', columns: [{ id: 'title', visible: true }],
    filters: [{ field: 'status', op: 'is', value: 'open' }], sorts: [{ field: 'lead_value', dir: 'desc' }], group_by: 'stage',
  };
  const { id } = await write(admin, '/views/', view, 201);
  const [kept] = (await read(admin, '/views/?object_type=deals&page_size=100')).results;
  assert.deepEqual({ ...view, id }, Object.fromEntries([...Object.keys(view), 'id'].map((key) => [key, kept[key]])));
});
