const YEAR = 365 * 24 * 3600;

/* Tells the server the clock of this browser, and keeps "5 min ago" true. */
export function startTime() {
  rememberZone();
  setInterval(refresh, 60_000);
}

function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.includes(`time_zone=${encodeURIComponent(zone)}`)) return;
  const secure = location.protocol === "https:" ? ";secure" : "";
  const value = encodeURIComponent(zone);
  document.cookie = `time_zone=${value};path=/;max-age=${YEAR};samesite=lax${secure}`;
}

function refresh() {
  const { lang } = document.documentElement;
  // The short Japanese form has a space after the number, which the page's words lack.
  const style = lang === "ja" ? "narrow" : "short";
  const words = new Intl.RelativeTimeFormat(lang, { style });
  for (const time of document.querySelectorAll('time[data-style="ago"]')) {
    const minutes = Math.round((Date.now() - Date.parse(time.dateTime)) / 60_000);
    if (minutes >= 1 && minutes < 60) time.textContent = words.format(-minutes, "minute");
    else if (minutes >= 60 && minutes < 1440)
      time.textContent = words.format(-Math.round(minutes / 60), "hour");
  }
}
