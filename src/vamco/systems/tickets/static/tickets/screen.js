/* The calling screen: calls queue up, each is shown its whole time and spoken to its end. Case PR-06.
   Speech is the browser's own; where it has no Vietnamese voice, or none at all, a chime sounds and the number stands on the screen. */

const call = document.getElementById("call");
const seconds = Number(call.dataset.seconds);
const sound = document.getElementById("sound");
const LONGEST_SPEECH = 20000;
const waiting = [];
let last = 0;
let busy = false;
let audio = null;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function read(first) {
  for (const row of document.querySelectorAll("#calls > li")) {
    const id = Number(row.dataset.id);
    if (id <= last) continue;
    last = id;
    if (first && Number(row.dataset.left) <= 0) continue; // its time was over before this screen was opened
    waiting.push({ text: row.dataset.text, counter: row.dataset.counter, say: row.dataset.say });
  }
  run();
}

async function run() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const next = waiting.shift();
    show(next.text, `${call.dataset.counter} ${next.counter}`);
    call.removeAttribute("data-idle");
    await Promise.all([pause(seconds * 1000), Promise.race([speak(next.say), pause(LONGEST_SPEECH)])]);
  }
  busy = false;
  show("–", "");
  call.setAttribute("data-idle", "");
}

function show(text, counter) {
  call.querySelector(".call-text").textContent = text;
  call.querySelector(".call-counter").textContent = counter;
}

async function speak(text) {
  if (audio?.state !== "running") return; // without somebody's press the browser neither plays nor speaks
  await chime();
  const language = document.documentElement.lang || "vi";
  const voice = window.speechSynthesis?.getVoices().find((each) => each.lang.toLowerCase().startsWith(language));
  if (!voice) return;
  await new Promise((done) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.9;
    words.onend = words.onerror = done;
    speechSynthesis.speak(words);
  });
}

async function chime() {
  const begins = audio.currentTime;
  for (const [step, pitch] of [659, 523, 392].entries()) {
    const tone = audio.createOscillator();
    const level = audio.createGain();
    const at = begins + step * 0.35;
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.4, at);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(level).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.6);
  }
  await pause(1400);
}

// A browser plays nothing before somebody has pressed something: once after the screen was started.
function wake() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  const say = () => { sound.hidden = audio.state === "running"; };
  audio.resume().then(say, say);
}

sound.hidden = !window.AudioContext;
sound.addEventListener("click", wake);
document.addEventListener("keydown", wake, { once: true });
window.speechSynthesis?.getVoices(); // some browsers load their voices at the first question
document.addEventListener("htmx:afterSettle", () => read(false));
read(true);
