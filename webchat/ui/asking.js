// One question to the server, and its events as they come.

import { address, refusal } from "./page.js";

/** Calls `onPhase` with each phase and returns the Answer. Throws an Error with a sentence, or AbortError when stopped. */
export async function ask(fields, onPhase, signal) {
  const response = await fetch(address("api/ask"), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(fields),
    signal,
  });
  if (!response.ok) throw new Error(await refusal(response));
  let answer = null;
  for await (const { event, data } of events(response.body)) {
    if (event === "phase") onPhase(data);
    if (event === "answer") answer = data;
    if (event === "error") throw new Error(data.error);
  }
  if (answer) return answer;
  throw new Error("The connection ended before the answer came. Ask again.");
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) yield parsed(block);
  }
}

function parsed(block) {
  const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
  return { event: fields.event, data: JSON.parse(fields.data) };
}
