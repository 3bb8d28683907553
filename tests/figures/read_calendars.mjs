// Reads {name: text of a calendar} from the first file, with the ical.js that stands beside this script, and writes
// {name: [moments in UTC, days as their midnight]} to the second.
import { readFileSync, writeFileSync } from "node:fs";
import ICAL from "ical.js";

const MOST = 5000;

function startsOf(text) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const parts = calendar.getAllSubcomponents("vevent");
  const masters = parts.filter((part) => !part.hasProperty("recurrence-id"));
  const changes = parts.filter((part) => part.hasProperty("recurrence-id"));
  return masters.flatMap((master) => {
    const uid = master.getFirstPropertyValue("uid");
    const exceptions = changes.filter((part) => part.getFirstPropertyValue("uid") === uid);
    return of(new ICAL.Event(master, { exceptions }));
  });
}

function of(event) {
  if (!event.isRecurring()) return [told(event.startDate)];
  const found = [];
  const starts = event.iterator();
  for (let next = starts.next(); next && found.length < MOST; next = starts.next()) {
    found.push(told(event.getOccurrenceDetails(next).startDate));
  }
  return found;
}

function told(time) {
  if (time.isDate) return `${time.toString()}T00:00:00Z`;
  return new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");
}

const [, , source, target] = process.argv;
const calendars = JSON.parse(readFileSync(source, "utf-8"));
const read = Object.fromEntries(Object.entries(calendars).map(([name, text]) => [name, startsOf(text).sort()]));
writeFileSync(target, JSON.stringify(read));
