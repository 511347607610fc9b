// Clients that write without pause and remember what was answered, so that after a kill everything can be held against
// it. Each client works on records of its own; at most one of its requests is unanswered.
import { Agent } from 'node:http';
import { assert } from './expect.mjs';
import { distinct, distinctEmail } from './world.mjs';

const without = ({ updated_at, ...rest }) => rest;
const among = (list) => list[Math.floor(Math.random() * list.length)];

export class Client {
  constructor(api) {
    this.api = api;
    this.persons = new Map(); // id → as last answered, or null once deleted
    this.loose = new Set(); // ids whose updated_at was not shown by an answer
    this.organizations = new Map();
    this.invitations = new Map(); // person id → invitation id
    this.touched = new Set();
    this.pending = undefined; // how the last request, if unanswered, may have ended
    this.answered = 0;
  }

  alive(keep = () => true) {
    return [...this.persons.values()].filter((person) => person && person.active && keep(person));
  }

  /** Writes until the connection breaks. */
  async run(until) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      while (!until.stopped) await this.step({ agent });
    } catch (error) {
      if (error.code === undefined && !/cut off|hang up/.test(error.message)) throw error;
    } finally {
      agent.destroy();
    }
  }

  async step(options) {
    const dice = Math.random();
    const alive = this.alive();
    if (alive.length < 6 || dice < 0.4) return this.create(options);
    if (dice < 0.65) return this.patch(among(alive), options);
    if (dice < 0.72) return this.remove(among(alive), options);
    if (dice < 0.84) return this.invite(among(alive.filter(({ id }) => !this.invitations.has(id))), options);
    if (dice < 0.92) return this.merge(alive, options);
    return this.organization(options);
  }

  /** Sends, remembering what may have happened until the answer is there. */
  async ask(method, path, body, options, pending, expected) {
    this.pending = pending;
    const answer = await this.api.send(method, path, body, options);
    assert.equal(answer.status, expected, String(answer));
    this.pending = undefined;
    this.answered += 1;
    return answer;
  }

  keep(person, { loose = false } = {}) {
    this.persons.set(person.id, person);
    this.touched.add(person.id);
    if (loose) this.loose.add(person.id);
    else this.loose.delete(person.id);
  }

  async create(options) {
    const organization = Math.random() < 0.4 ? among([...this.organizations.keys()]) ?? null : null;
    const body = { name: distinct('Loaded'), unique_id: distinct('load'), primary_email: distinctEmail('load'), organization,
      metadata: { pad: 'p'.repeat(Math.random() * 600) } };
    const settle = async () => {
      const { results } = (await this.api.get(`/persons/?search=${body.unique_id}`)).json;
      assert.ok(results.length <= 1, 'made twice');
      if (results.length === 0) return;
      for (const [field, value] of Object.entries(body)) assert.deepEqual(results[0][field], value, `half a person: ${field}`);
      this.keep(results[0]);
    };
    this.keep((await this.ask('POST', '/persons/', body, options, settle, 201)).json);
  }

  async patch(before, options) {
    const body = { job_title: distinct('Title'), metadata: { patched: distinct('m') } };
    const settle = async () => {
      const now = (await this.api.get(`/persons/${before.id}/`)).json;
      if (now.job_title === before.job_title) this.holds(before, now);
      else assert.deepEqual(without(now), without({ ...before, ...body }), 'half a patch');
      this.keep(now);
    };
    this.keep((await this.ask('PATCH', `/persons/${before.id}/`, body, options, settle, 200)).json);
  }

  async remove(before, options) {
    const gone = () => {
      this.persons.set(before.id, null);
      this.touched.add(before.id);
    };
    const settle = async () => {
      const answer = await this.api.get(`/persons/${before.id}/`);
      if (answer.status === 404) gone();
      else this.holds(before, answer.json);
    };
    await this.ask('DELETE', `/persons/${before.id}/`, undefined, options, settle, 204);
    gone();
  }

  async invite(person, options) {
    if (!person) return;
    const settle = async () => {
      const listed = (await this.api.get(`/api/catalog/invitations/platform/?email=${person.primary_email}`)).json.results;
      assert.ok(listed.length <= 1, 'invited twice');
      if (listed.length === 1) this.invitations.set(person.id, listed[0].id);
    };
    const answer = await this.ask('POST', `/persons/${person.id}/invite/`, {}, options, settle, 201);
    this.invitations.set(person.id, answer.json.invitation_id);
    this.touched.add(person.id);
  }

  async merge(alive, options) {
    const [primary, ...duplicates] = [...alive].sort(() => Math.random() - 0.5).slice(0, 2 + Math.floor(Math.random() * 4));
    const merged = (person) => this.keep({ ...person, active: false, merged_into: primary.id }, { loose: true });
    const settle = async () => {
      const now = await Promise.all(duplicates.map(async ({ id }) => (await this.api.get(`/persons/${id}/`)).json));
      const inactive = now.filter(({ active }) => !active).length;
      assert.ok(inactive === 0 || inactive === now.length, `half a merge: ${inactive} of ${now.length}`);
      if (inactive > 0) duplicates.forEach(merged);
    };
    const body = { primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) };
    await this.ask('POST', '/persons/merge/', body, options, settle, 200);
    duplicates.forEach(merged);
    this.touched.add(primary.id);
  }

  async organization(options) {
    if (this.organizations.size < 4) {
      const body = { name: distinct('Employer'), address: { city: distinct('city') } };
      const settle = async () => {
        const { results } = (await this.api.get(`/organizations/?name=${body.name}`)).json;
        if (results.length === 1) this.organizations.set(results[0].id, results[0]);
      };
      const made = (await this.ask('POST', '/organizations/', body, options, settle, 201)).json;
      this.organizations.set(made.id, made);
      return;
    }
    const id = among([...this.organizations.keys()]);
    const staff = [...this.persons.values()].filter((person) => person?.organization === id);
    const dissolved = () => {
      this.organizations.delete(id);
      for (const person of staff) this.keep({ ...person, organization: null, organization_name: null }, { loose: this.loose.has(person.id) });
    };
    const settle = async () => {
      const still = (await this.api.get(`/organizations/${id}/`)).status === 200;
      const now = await Promise.all(staff.map(async (person) => (await this.api.get(`/persons/${person.id}/`)).json.organization));
      for (const each of now) assert.equal(each, still ? id : null, 'half an organization deleted');
      if (!still) dissolved();
    };
    await this.ask('DELETE', `/organizations/${id}/`, undefined, options, settle, 204);
    dissolved();
  }

  holds(expected, now) {
    if (this.loose.has(expected.id)) assert.deepEqual(without(now), without(expected));
    else assert.deepEqual(now, expected);
  }

  /** After a restart: what was unanswered is wholly there or wholly not, and what was answered is there. */
  async settle({ all = false } = {}) {
    await this.pending?.();
    this.pending = undefined;
    for (const id of all ? this.persons.keys() : this.touched) {
      const expected = this.persons.get(id);
      const answer = await this.api.get(`/persons/${id}/`);
      if (expected === null) assert.equal(answer.status, 404, `deleted, but ${answer}`);
      else {
        assert.equal(answer.status, 200, `answered and lost: ${answer}`);
        this.holds(expected, answer.json);
      }
    }
    this.touched.clear();
    for (const organization of this.organizations.values()) {
      assert.deepEqual((await this.api.get(`/organizations/${organization.id}/`)).json, organization);
    }
  }

  /** Every invitation that was answered is still the one that stands in the way. */
  async invitationsStand() {
    for (const [id, invitation] of this.invitations) {
      const person = this.persons.get(id);
      if (!person) continue;
      const answer = await this.api.post(`/persons/${id}/invite/`, {});
      assert.equal(answer.status, 409, String(answer));
      assert.equal(answer.json.invitation_id, invitation);
    }
  }
}
