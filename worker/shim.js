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

const DELIVER = /^https:\/\/account\/deliver\/(\d+)$/;

// Webhooks pass by the module's futures, which cost as much as storing a body. What is decided is decided in the module.
async function hook(request, env) {
  const headers = request.headers;
  let taken;
  try {
    taken = wasm.Hook.take(request.url, headers.get("cf-connecting-ip") ?? headers.get("x-real-ip") ?? undefined, env);
  } catch (refused) {
    if (refused instanceof Response) return refused;
    throw refused;
  }
  let timer;
  let isRead = false;
  const late = new Promise((end) => (timer = setTimeout(() => end(taken.late(isRead)), taken.withinMs)));
  const stored = read(request, taken.bytesMax).then((body) => {
    isRead = true;
    if (body === undefined) return taken.tooLong();
    return env.ACCOUNT.getByName(taken.account).fetch(taken.question, { method: "POST", body });
  });
  const answer = await Promise.race([stored.catch((error) => taken.broken(String(error))), late]);
  clearTimeout(timer);
  taken.end(answer.status);
  return answer;
}

// A body, or nothing where it is too long: by its own word, or as it turns out.
async function read(request, max) {
  const declared = request.headers.get("content-length");
  if (declared !== null) return Number(declared) > max ? undefined : request.arrayBuffer();
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > max) return undefined;
    chunks.push(chunk);
  }
  return new Blob(chunks).arrayBuffer();
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    life();
    const isHook = request.method === "POST" && request.url.includes("/hooks/");
    return isHook ? hook(request, this.env) : wasm.fetch(request, this.env, this.ctx);
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
    const generation = DELIVER.exec(request.url)?.[1];
    if (generation === undefined) return this.#run((object) => object.fetch(request));
    const stored = (body) => this.#run((object) => object.deliver(Number(generation), new Uint8Array(body)));
    return request.arrayBuffer().then(stored);
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
