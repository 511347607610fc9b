// GET /overview/: numbers worked out by hand, periods, parts by rights, and the past.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, shown } from '../lib/expect.mjs';
import { memberWith, newOrganization, newPerson, newPlatform } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const overview = async (api, query = '') => shown(await api.get(`/overview/${query}`), 200);
const newDeal = async (api, person, fields) => shown(await api.post('/deals/', { title: 'Deal', person: person.id, ...fields }), 201);
const day = (daysAgo = 0) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const hours = (count) => new Date(Date.now() + count * 3_600_000).toISOString();

test('an overview has what a spreadsheet has', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  await newOrganization(admin);
  const deal = (lead_value, stage, fields = {}) => newDeal(admin, person, { lead_value, stage, ...fields });
  await deal('10.10', 1); // 10 %: 1.01
  await deal('0.05', 1); // 0.005
  await deal('1000.00', 3); // 50 %: 500.00
  await deal('7.77', 2, { currency: 'EUR' });
  const won = await deal('300.30', 4);
  shown(await admin.post(`/deals/${won.id}/won/`), 200);
  const lost = await deal('99.99', 4);
  shown(await admin.post(`/deals/${lost.id}/lost/`, { lost_reason: 'Too dear' }), 200);
  const { persons, organizations, deals, ...rest } = await overview(admin);
  assert.deepEqual([persons, organizations], [{ count: 1 }, { count: 1 }]);
  const { pipeline, by_stage, won_lost_by_month, ...figures } = deals;
  assert.deepEqual(pipeline, shown(await admin.get('/pipelines/1/'), 200));
  assert.deepEqual(figures, {
    currency: 'USD', open_count: 4, pipeline_value: '1010.15', weighted_value: '501.02', other_totals: { EUR: '7.77' }, // 501.015
    won_this_month_count: 1, won_this_month_value: '300.30', lost_this_month_count: 1, lost_this_month_value: '99.99',
  });
  assert.deepEqual(by_stage.map(({ stage, count, total_value, weighted_value }) => [stage.code, count, total_value, weighted_value]), [
    ['new', 2, '10.15', '1.02'], // 1.015
    ['qualified', 1, '0.00', '0.00'], ['proposal', 1, '1000.00', '500.00'], ['negotiation', 0, '0.00', '0.00'],
    ['won', 1, '300.30', '300.30'], ['lost', 1, '99.99', '0.00'],
  ]);
  assert.deepEqual(by_stage.map(({ stage }) => stage), pipeline.stages);
  assert.equal(won_lost_by_month.length, 6);
  assert.deepEqual(won_lost_by_month.at(-1), { month: day().slice(0, 7), won_count: 1, won_value: '300.30', lost_count: 1, lost_value: '99.99' });
  assert.deepEqual(won_lost_by_month[0], { month: won_lost_by_month[0].month, won_count: 0, won_value: '0.00', lost_count: 0, lost_value: '0.00' });
  const { activities, period_start_date, period_end_date, ...period } = rest;
  assert.deepEqual(activities, { open_count: 0, due_today: 0, overdue: 0 });
  assert.deepEqual([period_start_date, period_end_date], [day(29), day()]);
  assert.deepEqual(period, {
    period_persons_created: 1, period_deals_created: 6, period_deals_won: 1, period_deals_won_value: '300.30',
    period_deals_lost: 1, period_deals_lost_value: '99.99', period_activities_done: 2, // the two notes of the moves
  });
});

test('each pipeline has its own figures, in its own currency', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const pipeline = shown(await admin.post('/pipelines/', { name: 'Export', code: 'export' }), 201);
  const stage = shown(await admin.post(`/pipelines/${pipeline.id}/stages/`, { name: 'Only', code: 'only', probability: 33 }), 201);
  for (const [lead_value, currency] of [['10.00', 'EUR'], ['0.50', 'EUR'], ['3.00', 'USD']]) {
    await newDeal(admin, person, { lead_value, currency, pipeline: pipeline.id, stage: stage.id });
  }
  const { deals, period_deals_created } = await overview(admin, `?pipeline=${pipeline.id}`);
  assert.deepEqual([deals.currency, deals.pipeline_value, deals.weighted_value, deals.other_totals, deals.open_count],
    ['EUR', '10.50', '3.46', { USD: '3.00' }, 3]); // 3.465
  assert.equal(period_deals_created, 3);
  const all = (await overview(admin)).deals;
  assert.deepEqual([all.open_count, all.pipeline.code, all.by_stage.map(({ count }) => count)], [3, 'default', [0, 0, 0, 0, 0, 0]]);
  assert.equal((await overview(admin, `?pipeline=${all.pipeline.id}`)).deals.open_count, 0);
  notFound(await admin.get('/overview/?pipeline=77'));
});

test('activities are open, due today, overdue or done', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const activity = async (fields) => shown(await admin.post('/activities/', { title: 'Call', type: 'call', person: person.id, ...fields }), 201);
  await activity({});
  await activity({ schedule_from: hours(-49) });
  await activity({ schedule_from: hours(-49), schedule_to: `${day()}T23:59:59.999999Z` });
  await activity({ schedule_from: hours(49) });
  const done = await activity({ schedule_from: hours(-49) });
  shown(await admin.post(`/activities/${done.id}/done/`), 200);
  const shownNow = await overview(admin, '?date_filter=today');
  assert.deepEqual(shownNow.activities, { open_count: 4, due_today: 1, overdue: 1 });
  assert.equal(shownNow.period_activities_done, 1);
});

test('a period is some days, all time, or from one date to another', async () => {
  const { admin } = await fresh();
  await newPerson(admin);
  const of = async (query) => {
    const { period_start_date, period_end_date, period_persons_created } = await overview(admin, query);
    return [period_start_date, period_end_date, period_persons_created];
  };
  assert.deepEqual(await of('?date_filter=today'), [day(), day(), 1]);
  assert.deepEqual(await of('?date_filter=7d'), [day(6), day(), 1]);
  assert.deepEqual(await of('?date_filter=90d'), [day(89), day(), 1]);
  assert.deepEqual(await of('?date_filter=all_time'), [null, day(), 1]);
  assert.deepEqual(await of(`?date_filter=custom&start_date=${day(3)}&end_date=${day(1)}`), [day(3), day(1), 0]);
  const required = ['This field is required.'];
  fieldErrors(await admin.get('/overview/?date_filter=custom'), { start_date: required, end_date: required });
  fieldErrors(await admin.get(`/overview/?date_filter=custom&start_date=${day()}&end_date=${day(1)}`), { end_date: ['The period ends before it starts.'] });
  fieldErrors(await admin.get('/overview/?date_filter=year&end_date=2026-02-30'), {
    date_filter: ['Select a valid choice. year is not one of the available choices.'], end_date: ['Enter a valid date.'],
  });
});

test('what the caller may not list is left out', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  await newPerson(platform.admin);
  const seen = await overview((await memberWith(server, platform, 'CRM Inviter')).api);
  const { period_start_date, period_end_date, ...rest } = seen;
  assert.ok(period_start_date && period_end_date);
  assert.deepEqual(rest, { persons: { count: 1 }, period_persons_created: 1 });
  const viewer = await overview((await memberWith(server, platform, 'CRM Viewer')).api);
  assert.deepEqual(viewer, await overview(platform.admin));
  forbidden(await (await memberWith(server, platform)).api.get('/overview/'));
});

test('an overview of the past is as it was then', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin);
  const deal = await newDeal(admin, person, { lead_value: '5.00' });
  const then = answers(await admin.patch(`/deals/${deal.id}/`, { title: 'Before' }), 200).headers['x-position'];
  const before = await overview(admin);
  shown(await admin.post(`/deals/${deal.id}/won/`), 200);
  await newPerson(admin);
  assert.equal((await overview(admin)).deals.pipeline_value, '0.00');
  assert.deepEqual(await overview(admin, `?as_of=${then}`), before);
});
