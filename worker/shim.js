// What the runtime sees of the Worker: its events, handed to the WASM module.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as wasm from "./index.js";

// Any call into the module replaces an instance that has died (a trap, no memory); without unwinding, a panic is
// such a death, and it is the shim's to bury. The count of lives says whether an object belongs to this one.
function life() {
  const state = wasm.__worker_init_state();
  if (state.criticalError) {
    state.criticalError = false;
    wasm.__wbg_reset_state();
  }
  return state.instanceId;
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    life();
    return wasm.fetch(request, this.env, this.ctx);
  }

  scheduled(event) {
    life();
    return wasm.scheduled(event, this.env, this.ctx);
  }
}

export class AccountObject extends DurableObject {
  #object;
  #life;

  constructor(state, env) {
    super(state, env);
    this.#alive();
  }

  fetch(request) {
    return this.#run((object) => object.fetch(request));
  }

  alarm() {
    return this.#run((object) => object.alarm());
  }

  #alive() {
    const now = life();
    if (this.#object === undefined || this.#life !== now) {
      this.#object = new wasm.AccountObject(this.ctx, this.env);
      this.#life = now;
    }
    return this.#object;
  }

  // What is in memory after a panic may be half-done: the next event starts from what is stored.
  async #run(event) {
    const object = this.#alive();
    try {
      return await event(object);
    } catch (error) {
      if (this.#object === object) this.#object = undefined;
      throw error;
    }
  }
}
