// The wall of one's own server: every request that the Worker sends passes here. Cloudflare has no such place.
const CRM_ZONES = ["*.amocrm.ru", "*.amocrm.com", "*.kommo.com"];
const REDIRECTS = [301, 302, 303, 307, 308];

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (!isLoopback(url, env) && !isAllowed(url, env)) return refused(url, "not allowed");
    const answer = await fetch(request, { redirect: "manual" });
    // Whoever followed it would take the request's credentials along.
    return REDIRECTS.includes(answer.status) ? refused(url, "redirects") : answer;
  },
};

function isAllowed(url, env) {
  // The port is empty where it is the scheme's own.
  if (url.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "") return false;
  const own = (env.OUTBOUND_HOSTS ?? "").split(",").map((host) => host.trim().toLowerCase());
  return [...CRM_ZONES, ...own].some((allowed) => matches(url.hostname, allowed));
}

// "*.zone" is every host under the zone, anything else is the host itself.
function matches(host, allowed) {
  return allowed.startsWith("*.") ? host.length > allowed.length - 1 && host.endsWith(allowed.slice(1)) : host === allowed;
}

// Bound by the stand only: its CRM stands on this machine.
function isLoopback(url, env) {
  return env.LOOPBACK === "on" && url.protocol === "http:" && url.hostname === "127.0.0.1";
}

function refused(url, why) {
  // The path may hold a secret.
  console.warn(`outbound refused: ${url.protocol}//${url.host}: ${why}`);
  const hint = "the CRM's zones and the hosts of OUTBOUND_HOSTS may be called, over https, without redirects";
  return new Response(JSON.stringify({ title: "outbound refused", hint }), {
    status: 403,
    headers: { "content-type": "application/problem+json" },
  });
}
