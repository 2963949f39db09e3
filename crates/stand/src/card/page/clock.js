// `?clock=3600`: a computer whose clock is an hour fast; `?clock=at:1795183200`: one that stands still. Before
// everything else, as a wrong clock is.
(function () {
  'use strict';
  var wish = new URLSearchParams(location.search).get('clock');
  if (!wish) return;
  var Real = Date;
  var stopped = wish.startsWith('at:') && 1000 * Number(wish.slice(3));
  function now() { return stopped || Real.now() + 1000 * Number(wish); }
  function Wrong() {
    if (!(this instanceof Wrong)) return new Real(now()).toString();
    return arguments.length ? new Real(...arguments) : new Real(now());
  }
  Wrong.prototype = Real.prototype;
  Wrong.parse = Real.parse;
  Wrong.UTC = Real.UTC;
  Wrong.now = now;
  window.Date = Wrong;
})();
