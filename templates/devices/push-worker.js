// Shows what comes and opens it. It keeps nothing, answers no request and reads no page.

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // Something that is not ours to read: say only that something came.
  }
  const title = told.title || self.location.host;
  event.waitUntil(self.registration.showNotification(title, { body: told.body || "", tag: told.tag || "", data: told.to || "/inbox/" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function open(to) {
  const address = new URL(to, self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((page) => page.url === address.href);
  if (there) await there.focus();
  else await self.clients.openWindow(address.href);
}

async function renew(event) {
  const old = event.oldSubscription;
  if (!old) return;
  const subscription = event.newSubscription ?? (await self.registration.pushManager.subscribe(old.options));
  await fetch("/push-worker/renew/", { method: "POST", body: JSON.stringify({ old: old.toJSON(), new: subscription.toJSON() }) });
}
