// A day of sales: what happens is kept in a plain model as a spreadsheet would, in whole cents, and in the end the
// board, the overview, the lists and the counts are the model's.
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { newPerson, newPlatform } from '../lib/world.mjs';
import { seededRandom } from '../lib/random.mjs';
import { isSound } from '../lib/log.mjs';

const kPeople = 50;
const kDeals = 120;
const kMoves = 240;

const money = (cents) => `${cents < 0n ? '-' : ''}${(cents < 0n ? -cents : cents) / 100n}.${String((cents < 0n ? -cents : cents) % 100n).padStart(2, '0')}`;
const sum = (deals) => deals.reduce((cents, deal) => cents + deal.cents, 0n);
/** A number of hundredths of cents, rounded half to even. */
const rounded = (hundredfold) => {
  const [whole, rest] = [hundredfold / 100n, hundredfold % 100n];
  return rest > 50n || (rest === 50n && whole % 2n === 1n) ? whole + 1n : whole;
};
const weighted = (deals) => deals.reduce((all, deal) => all + deal.cents * BigInt(deal.stage.probability), 0n);

/** The day, in the server and in the model at once. */
class Day {
  constructor(admin, random) {
    Object.assign(this, { admin, random, people: [], deals: [], tags: [], pipelines: [], moves: 0 });
  }

  pick(list) {
    return list[this.random.below(list.length)];
  }

  post(path, body, status = 201) {
    return this.admin.post(path, body).then((answer) => shown(answer, status));
  }

  async open() {
    const [seeded] = shown(await this.admin.get('/pipelines/'), 200).results;
    this.pipelines.push(seeded);
    for (const code of ['export', 'service']) {
      const { id } = await this.post('/pipelines/', { name: code, code });
      for (const [stage, probability, more] of [['first', 15, {}], ['second', 35, {}], ['won', 100, { is_won: true }], ['lost', 0, { is_lost: true }]]) {
        await this.post(`/pipelines/${id}/stages/`, { name: stage, code: stage, probability, sort_order: this.random.below(9), ...more });
      }
      this.pipelines.push(shown(await this.admin.get(`/pipelines/${id}/`), 200));
    }
    for (const name of ['Hot', 'Cold', 'Key account']) this.tags.push(await this.post('/tags/', { name }));
    for (let i = 0; i < kPeople; ++i) {
      const { id, name } = await newPerson(this.admin, { name: `Customer ${i}` });
      this.people.push({ id, name, tags: new Set(), mergedInto: null });
    }
  }

  /** Persons that are nobody's duplicate. */
  standing() {
    return this.people.filter(({ mergedInto }) => !mergedInto);
  }

  async sell() {
    const pipeline = this.pick(this.pipelines);
    const [person, stage] = [this.pick(this.standing()), this.pick(pipeline.stages.filter((one) => !one.is_won && !one.is_lost))];
    const cents = BigInt(this.random.below(10_000_000)) * 1009n + BigInt(this.random.below(100));
    const currency = this.random.below(5) ? 'USD' : 'EUR';
    const body = { title: `Deal ${this.deals.length}`, person: person.id, pipeline: pipeline.id, stage: stage.id, lead_value: money(cents), currency };
    const { id } = await this.post('/deals/', body);
    this.deals.push({ id, person, pipeline, stage, cents, currency, tags: new Set() });
  }

  /** Into any stage of the pipeline, also out of a closed one. */
  async move() {
    const deal = this.pick(this.deals);
    const to = this.pick(deal.pipeline.stages);
    const how = to.is_won && this.random.below(2) ? 'won' : to.is_lost ? 'lost' : 'move-stage';
    const body = { won: { stage_code: to.code }, lost: { stage_code: to.code, lost_reason: 'Too dear' }, 'move-stage': { stage_id: to.id } }[how];
    const moved = await this.post(`/deals/${deal.id}/${how}/`, body, 200);
    if (to.id !== deal.stage.id) ++this.moves;
    deal.stage = to;
    assert.equal(moved.status, to.is_won ? 'won' : to.is_lost ? 'lost' : 'open');
    assert.equal(moved.closed_at === null, moved.status === 'open');
  }

  async revalue() {
    const deal = this.pick(this.deals);
    deal.cents = BigInt(this.random.below(1_000_000));
    shown(await this.admin.patch(`/deals/${deal.id}/`, { lead_value: money(deal.cents) }), 200);
  }

  async attach() {
    const [host, path] = this.random.below(2) ? [this.pick(this.deals), 'deals'] : [this.pick(this.standing()), 'persons'];
    const tag = this.pick(this.tags);
    answers(await this.admin.post(`/${path}/${host.id}/tags/`, { tag_id: tag.id }), host.tags.has(tag.id) ? 409 : 201);
    host.tags.add(tag.id);
  }

  /** What the duplicates have goes to the primary; a tag that it has already is dropped. */
  async merge(primary, duplicates) {
    const moving = this.deals.filter(({ person }) => duplicates.includes(person));
    const before = duplicates.map((person) => ({ person, deals: this.deals.filter((deal) => deal.person === person), tags: new Set(person.tags) }));
    const own = new Set(primary.tags);
    const notes = await this.notes(duplicates);
    const { reparented, merged_ids } = await this.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) }, 200);
    assert.deepEqual(merged_ids.sort(), duplicates.map(({ id }) => id).sort());
    assert.deepEqual(reparented, { deals: moving.length, activities: notes, tags: duplicates.reduce((n, { tags }) => n + tags.size, 0) });
    for (const deal of moving) deal.person = primary;
    for (const person of duplicates) {
      for (const tag of person.tags) primary.tags.add(tag);
      person.tags.clear();
      person.mergedInto = primary;
    }
    return { primary, own, before };
  }

  async notes(people) {
    const counts = await Promise.all(people.map(({ id }) => this.count(`/activities/?person=${id}`)));
    return counts.reduce((all, count) => all + count, 0);
  }

  /** Of a merge of one duplicate, with nothing done to either since. */
  async unmerge({ primary, own, before: [{ person, deals, tags }] }) {
    await this.post(`/persons/${person.id}/unmerge/`, {}, 200);
    for (const deal of deals) deal.person = person;
    Object.assign(person, { tags, mergedInto: null });
    primary.tags = own;
  }

  async count(path) {
    return shown(await this.admin.get(path), 200).count;
  }
}

async function checkPipeline(day, pipeline) {
  const deals = day.deals.filter((deal) => deal.pipeline === pipeline);
  const counts = {};
  for (const deal of deals) counts[deal.currency] = (counts[deal.currency] ?? 0) + 1;
  const currency = Object.keys(counts).sort((a, b) => counts[b] - counts[a] || (a < b ? -1 : 1))[0];
  const inMain = (some) => some.filter((deal) => deal.currency === currency);
  const others = (some) => {
    const totals = {};
    for (const code of Object.keys(counts).sort()) {
      const of = some.filter((deal) => deal.currency === code);
      if (code !== currency && of.length) totals[code] = money(sum(of));
    }
    return totals;
  };
  const stage = (one) => {
    const of = deals.filter((deal) => deal.stage.id === one.id);
    return { stage: one, count: of.length, total_value: money(sum(inMain(of))), weighted_value: money(rounded(weighted(inMain(of)))), other_totals: others(of) };
  };
  const board = shown(await day.admin.get(`/deals/board/?pipeline=${pipeline.id}&limit=100`), 200);
  assert.deepEqual([board.currency, board.other_totals], [currency, others(deals)]);
  assert.deepEqual(board.stages.map(({ has_more, deals: cards, ...rest }) => rest), pipeline.stages.map(stage));
  for (const { stage: { id }, deals: cards } of board.stages) {
    const expected = deals.filter((deal) => deal.stage.id === id).map((deal) => deal.id).reverse();
    assert.deepEqual(cards.map((card) => card.id), expected);
  }
  const of = (key) => deals.filter((deal) => deal.stage[key]);
  const open = deals.filter((deal) => !deal.stage.is_won && !deal.stage.is_lost);
  const overview = shown(await day.admin.get(`/overview/?pipeline=${pipeline.id}&date_filter=7d`), 200);
  const { by_stage, won_lost_by_month, pipeline: about, ...figures } = overview.deals;
  assert.deepEqual(about, pipeline);
  assert.deepEqual(by_stage, pipeline.stages.map(stage));
  const [won, lost] = ['is_won', 'is_lost'].map((key) => [of(key).length, money(sum(inMain(of(key))))]);
  assert.deepEqual(figures, {
    currency, open_count: open.length, pipeline_value: money(sum(inMain(open))), weighted_value: money(rounded(weighted(inMain(open)))),
    other_totals: others(open),
    won_this_month_count: won[0], won_this_month_value: won[1], lost_this_month_count: lost[0], lost_this_month_value: lost[1],
  });
  assert.deepEqual(won_lost_by_month.reduce((all, month) => all + month.won_count + month.lost_count, 0), won[0] + lost[0]);
  assert.deepEqual([overview.persons.count, overview.period_persons_created, overview.period_deals_created], [kPeople, kPeople, deals.length]);
  assert.deepEqual([overview.period_deals_won, overview.period_deals_won_value, overview.period_deals_lost, overview.period_deals_lost_value], [...won, ...lost]);
  assert.deepEqual([overview.activities.open_count, overview.period_activities_done], [0, day.moves]);
}

async function checkLists(day) {
  const { admin } = day;
  assert.equal(await day.count('/deals/'), day.deals.length);
  assert.equal(await day.count('/activities/?type=note&is_done=true'), day.moves);
  for (const [status, key] of [['won', 'is_won'], ['lost', 'is_lost']]) {
    assert.equal(await day.count(`/deals/?status=${status}`), day.deals.filter(({ stage }) => stage[key]).length, status);
  }
  for (const person of day.people) {
    const now = shown(await admin.get(`/persons/${person.id}/`), 200);
    assert.deepEqual(now.tags.map(({ id }) => id).sort(), [...person.tags].sort(), person.name);
    assert.equal(now.active, !person.mergedInto, person.name);
    const { results } = shown(await admin.get(`/deals/?person=${person.id}&page_size=100`), 200);
    const expected = day.deals.filter((deal) => deal.person === person);
    assert.deepEqual(results.map(({ id, lead_value, person_name }) => [id, lead_value, person_name]).reverse(),
      expected.map(({ id, cents }) => [id, money(cents), person.name]), person.name);
  }
  for (const { id } of day.tags) {
    assert.equal(await day.count(`/deals/?tags=${id}`), day.deals.filter(({ tags }) => tags.has(id)).length);
    assert.equal(await day.count(`/persons/?tags=${id}`), day.people.filter(({ tags }) => tags.has(id)).length);
  }
  const { persons } = shown(await admin.get('/search/?q=customer&limit=100'), 200);
  assert.deepEqual(persons.map(({ id }) => id), day.standing().map(({ id }) => id).reverse());
}

test('a day of sales leaves the numbers that a spreadsheet would', { timeoutMs: 180_000 }, async () => {
  const random = seededRandom();
  await withServer({}, async (server) => {
    const { admin } = await newPlatform(server);
    const day = new Day(admin, random);
    await day.open();
    for (let i = 0; i < kDeals; ++i) await day.sell();
    for (let i = 0; i < kMoves; ++i) {
      await day.move();
      if (i % 3 === 0) await day.attach();
      if (i % 10 === 0) await day.revalue();
    }
    const [first, second, third, fourth, fifth, sixth, seventh] = day.people;
    await day.merge(first, [second, third]);
    await day.unmerge(await day.merge(fourth, [fifth]));
    await day.merge(sixth, [seventh]);
    for (let i = 0; i < 30; ++i) {
      await day.move();
      await day.attach();
    }
    const check = async () => {
      for (const pipeline of day.pipelines) await checkPipeline(day, pipeline);
      await checkLists(day);
    };
    await check();
    await server.restart();
    await check();
    await server.stop();
    await isSound(server.data);
  }).catch((error) => {
    error.message += `\nE2E_SEED=${random.seed}`;
    throw error;
  });
});
