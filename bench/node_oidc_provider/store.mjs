// What oidc-provider keeps, in memory: of each kind 1000 entries, the least recently used go first.
//
// Its own store is one for all kinds, so that many new tokens push out the session of somebody who
// is signed in; and it keeps for each grant an index that it walks through at every write. In a
// benchmark, which has one person with one grant for each client, that walk gets longer with each
// token: a cost that no real use has. This one has as little to do, whatever it is used for.

const MOST_ENTRIES = 1000;

export class Store {
  #entries = new Map(); // in the order of their use
  #ids = new Map(); // by another name: the uid of a session, or a user code
  #idsOfGrant = new Map();

  async find(id) {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#put(id, entry);
    return entry;
  }

  async findByUid(uid) {
    return this.find(this.#ids.get(uid));
  }

  async findByUserCode(userCode) {
    return this.find(this.#ids.get(userCode));
  }

  async upsert(id, entry) {
    this.#put(id, entry);
    const name = entry.uid ?? entry.userCode;
    if (name) this.#ids.set(name, id);
    if (entry.grantId) this.#listOf(entry.grantId).add(id);
    if (this.#entries.size > MOST_ENTRIES) this.destroy(this.#entries.keys().next().value);
  }

  async consume(id) {
    this.#entries.get(id).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#ids.delete(entry.uid ?? entry.userCode);
    if (entry.grantId) this.#unlist(entry.grantId, id);
  }

  async revokeByGrantId(grantId) {
    for (const id of this.#idsOfGrant.get(grantId) ?? []) this.destroy(id);
  }

  #put(id, entry) {
    this.#entries.delete(id);
    this.#entries.set(id, entry);
  }

  #listOf(grantId) {
    const ids = this.#idsOfGrant.get(grantId) ?? new Set();
    this.#idsOfGrant.set(grantId, ids);
    return ids;
  }

  #unlist(grantId, id) {
    const ids = this.#idsOfGrant.get(grantId);
    ids.delete(id);
    if (ids.size === 0) this.#idsOfGrant.delete(grantId);
  }
}
