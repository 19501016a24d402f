// The game on a page: it reads the same API that any other client does. Text from the service is only ever
// put in as text.

import { events, post, get, key } from "./service.js";

const $ = (id) => document.getElementById(id);
const KEPT = "pocket-portals";
let session = null; // {session_id, token} of what is on the page
let busy = false;

function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; }
}

function keep(what) {
  session = what;
  if (what) localStorage.setItem(KEPT, JSON.stringify(what));
  else localStorage.removeItem(KEPT);
}

function paragraph(sort, text, who = "") {
  const p = document.createElement("p");
  p.className = sort;
  if (who) {
    const label = document.createElement("span");
    label.className = "who";
    label.textContent = who;
    p.append(label);
  }
  p.append(text.replaceAll("*", ""));
  return p;
}

function turnOf(number) {
  let turn = $(`turn-${number}`);
  if (!turn) {
    turn = document.createElement("article");
    turn.className = "turn";
    turn.id = `turn-${number}`;
    $("story").append(turn);
  }
  return turn;
}

function quiet(voice) {
  return voice === "narrator";
}

function showLine(turn, line) {
  const who = line.sort === "speech" && !quiet(line.voice) ? line.label : "";
  turn.append(paragraph(line.sort === "speech" ? line.voice : line.sort, line.text, who));
}

function showRecorded(turn) {
  const article = turnOf(turn.number);
  article.replaceChildren();
  if (turn.took_back_to !== null) article.append(paragraph("echo", "You take it back."));
  for (const line of turn.lines) showLine(article, line);
}

function showSession(now) {
  const health = `${now.health_current}/${now.health_max} health · ${now.gold} gold`;
  const quest = now.quest ? ` · ${now.quest.title}` : "";
  $("standing").textContent = now.phase === "interview" ? "" : `${now.hero} · ${health}${quest}`;
  $("choices").replaceChildren(...now.choices.map((choice) => {
    const item = document.createElement("li");
    item.dataset.label = choice.label;
    const button = document.createElement("button");
    button.type = "button";
    button.append(`${choice.number}. ${choice.label}`);
    if (choice.stakes) {
      const stakes = document.createElement("span");
      stakes.className = "stakes";
      stakes.textContent = ` (${choice.stakes})`;
      button.append(stakes);
    }
    button.addEventListener("click", () => act(String(choice.number)));
    item.append(button);
    return item;
  }));
  if (now.completed) {
    $("acting").hidden = true;
    $("undo").hidden = true;
    if (!$("the-end")) {
      const end = paragraph("ending", "The end.");
      end.id = "the-end";
      $("story").append(end);
    }
  }
  $("acting").hidden = now.completed;
}

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

function working(now) {
  busy = now;
  for (const control of document.querySelectorAll("#acting button, #acting input, #undo")) control.disabled = now;
  $("story").setAttribute("aria-busy", String(now));
}

// The voices' words as they come. When all have spoken, what each said takes the place of what was heard.
function stage(article) {
  const heard = [];
  return {
    begin(data) {
      if (data.instead) heard.pop()?.remove();
      heard.push(paragraph(data.voice, "", quiet(data.voice) ? "" : data.speaker));
      article.append(heard.at(-1));
    },
    add(data) {
      if (!heard.length) this.begin(data);
      heard.at(-1).append(data.text.replaceAll("*", ""));
    },
    end(data) {
      const whole = paragraph(data.voice, data.text, quiet(data.voice) ? "" : data.speaker);
      const first = heard.shift();
      if (first) first.replaceWith(whole); else article.append(whole);
    },
  };
}

async function act(action) {
  const choice = /^[1-9]$/.test(action.trim()) && $("choices").children[Number(action) - 1];
  const label = choice ? choice.dataset.label : "";
  if (busy || !action.trim()) return;
  working(true);
  trouble("");
  const mark = key();
  for (let tries = 0; ; tries += 1) {
    try {
      await perform(action, label, mark);
      break;
    } catch (error) {
      // The line was cut: the same key asks for the same turn, which is played once.
      if (error.status || tries === 4) {
        trouble(error.message);
        await show();
        break;
      }
      await new Promise((wait) => setTimeout(wait, 500 * 2 ** tries));
    }
  }
  working(false);
  $("deed").value = "";
  $("deed").focus({ preventScroll: true });
}

async function perform(action, label, mark) {
  const body = { session_id: session.session_id, action };
  let article = null;
  let voices = null;
  let done = false;
  for await (const { event, data } of events("/stream", session.token, body, { "Idempotency-Key": mark })) {
    if (event === "error") {
      article?.remove();
      throw Object.assign(new Error(data.detail), { status: data.status });
    }
    if (event === "routing") {
      article = turnOf(data.turn);
      article.replaceChildren(paragraph("action", label || data.action));
      if (data.understood) article.append(paragraph("echo", data.understood));
      voices = stage(article);
      article.scrollIntoView({ block: "start" });
    } else if (event === "dice") showLine(article, data);
    else if (event === "agent_start") voices.begin(data);
    else if (event === "agent_chunk") voices.add(data);
    else if (event === "agent_response") voices.end(data);
    else if (event === "game_state") showSession(data.session);
    else if (event === "complete") done = true;
  }
  if (!done) throw new Error("The line was cut.");
}

async function show() {
  const now = await get(`/session/${session.session_id}`, session.token);
  $("story").replaceChildren();
  for (let after = -1; after !== null;) {
    const page = await get(`/session/${session.session_id}/history?after=${after}&limit=200`, session.token);
    page.turns.forEach(showRecorded);
    after = page.more_after;
  }
  showSession(now);
  $("story").lastElementChild?.scrollIntoView({ block: "start" });
}

function openStory() {
  $("beginning").hidden = true;
  $("telling").hidden = false;
  document.querySelector("footer").hidden = false;
}

async function openBeginning() {
  $("telling").hidden = true;
  document.querySelector("footer").hidden = true;
  $("standing").textContent = "";
  $("beginning").hidden = false;
  const worlds = await get("/worlds");
  $("world").replaceChildren(...worlds.map((world) => {
    const option = document.createElement("option");
    option.value = world.id;
    option.textContent = world.title;
    return option;
  }));
  const about = () => { $("about").textContent = worlds[$("world").selectedIndex]?.pitch ?? ""; };
  $("world").addEventListener("change", about);
  about();
  $("name").focus();
}

async function watch(run, token) {
  session = { session_id: run, token };
  openStory();
  $("acting").hidden = true;
  document.querySelector("footer").hidden = true;
  let last = "";
  for (let wait = 500; ; wait = Math.min(wait * 2, 15_000)) {
    try {
      let voices = null;
      let article = null;
      for await (const { event, data, id } of events(`/session/${run}/events`, token, null, last ? { "Last-Event-ID": last } : {})) {
        if (id) last = id;
        wait = 500;
        if (event === "routing") {
          article = turnOf(data.turn);
          voices = stage(article);
          if (data.action) article.append(paragraph("action", data.action));
        } else if (event === "dice") showLine(turnOf(data.turn), data);
        else if (event === "agent_response") (voices ?? stage(turnOf(data.turn))).end(data);
        else if (event === "game_state") showSession(data.session);
        else if (event === "complete" && data.completed) return;
        $("acting").hidden = true;
      }
    } catch (error) {
      if (error.status && error.status < 500) { trouble(error.message); return; }
    }
    await new Promise((done) => setTimeout(done, wait));
  }
}

$("beginning").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const asked = Object.fromEntries(new FormData(submitted.target));
  try {
    const begun = await post("/session/new", "", asked);
    keep({ session_id: begun.session.session_id, token: begun.token });
    $("story").replaceChildren();
    openStory();
    showRecorded(begun.turn);
    showSession(begun.session);
    $("deed").focus({ preventScroll: true });
  } catch (error) {
    $("about").textContent = error.message;
  }
});

$("acting").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  act($("deed").value);
});

$("undo").addEventListener("click", async () => {
  if (busy) return;
  working(true);
  trouble("");
  try {
    await post(`/session/${session.session_id}/undo`, session.token, {});
    await show();
  } catch (error) {
    trouble(error.message);
  }
  working(false);
});

$("share").addEventListener("click", async () => {
  try {
    const made = await post(`/session/${session.session_id}/tokens`, session.token, { may: "watch" });
    const link = `${location.origin}${location.pathname}#watch=${made.session_id}.${made.token}`;
    await navigator.clipboard?.writeText(link).catch(() => {});
    $("told").textContent = `Whoever has it can read along: ${link}`;
  } catch (error) {
    trouble(error.message);
  }
});

$("leave").addEventListener("click", () => {
  keep(null);
  location.hash = "";
  openBeginning();
});

document.addEventListener("keydown", (pressed) => {
  if (pressed.target.closest("input, select, textarea") || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  const button = /^[1-9]$/.test(pressed.key) && $("choices").children[Number(pressed.key) - 1]?.firstElementChild;
  if (button) button.click();
});

const watched = /^#watch=([a-z0-9-]+)\.(pp_[\w-]+)$/.exec(location.hash);
session = kept();
if (watched) watch(watched[1], watched[2]);
else if (session) {
  openStory();
  show().catch((error) => {
    if (error.status === 404) { keep(null); openBeginning(); } else trouble(error.message);
  });
} else openBeginning();
