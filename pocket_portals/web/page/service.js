// The calls, and the reading of event streams. A failure is an Error with the service's words, and its status.

export function key() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function call(method, path, token, body, headers = {}) {
  const sent = { ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (body) sent["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers: sent, body: body ? JSON.stringify(body) : undefined });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail ?? "The service does not answer."), { status: answer.status });
}

export const get = async (path, token = "") => (await call("GET", path, token)).json();
export const post = async (path, token, body) => (await call("POST", path, token, body)).json();

export async function* events(path, token, body, headers) {
  const answer = await call(body ? "POST" : "GET", path, token, body, { Accept: "text/event-stream", ...headers });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const read = { event: "", data: "", id: "" };
      for (const line of block.split("\n")) {
        const at = line.indexOf(": ");
        const name = line.slice(0, at);
        if (at > 0 && name in read) read[name] += line.slice(at + 2);
      }
      if (read.event) yield { ...read, data: JSON.parse(read.data) };
    }
  }
}
