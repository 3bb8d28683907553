// Lets this browser be told: asks it for a subscription and sends that with the form.
import { bind } from "./bind.js";

const WORKER = "/push-worker.js";

async function subscription(key) {
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function allow(form, say) {
  if ((await Notification.requestPermission()) !== "granted") {
    say(form.dataset.pushDenied);
    return;
  }
  const { endpoint, keys } = (await subscription(form.dataset.push)).toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.p256dh.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
  form.submit();
}

bind("data-push", (form) => {
  const note = form.querySelector("[data-push-note]");
  const say = (words) => {
    note.textContent = words;
    note.setAttribute("role", "alert");
    note.hidden = false;
  };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    note.textContent = form.dataset.pushMissing;
    return;
  }
  note.hidden = true;
  form.querySelector("[data-push-offer]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await allow(form, say);
    } catch {
      say(form.dataset.pushTrouble);
    }
  });
});
