// Badges on the cards of the CRM's board and on the rows of its lists: completeness and the most urgent clock. What they
// say, and until when, comes from the server, for a whole screen at once. Where deals stand in the page is only observed:
// what leads to a deal's card is its link, and where there are none, there is no badge.
define(['./server.js?v=__VERSION__'], function (server) {
  'use strict';

  var LINKS = 'a[href*="/leads/detail/"]';
  var ID = /\/leads\/detail\/(\d+)/;
  var BOARD_CARD = '.pipeline_leads__item';
  var ROW = '.list-row, tr, li';
  var MARK = 'data-takeroot';
  var DEALS_MAX = 500;
  var TICK_MS = 1000;
  var SCAN_MS = 200;
  var REFRESH_MS = 60000;
  var NO_BREAK = '\u00a0';
  // The CRM's own colour of text on its own ground; states have a sign each, and a colour that stands out on both.
  var STYLE = [
    '.line { position: absolute; inset: 0; display: flex; align-items: center; gap: 6px; content-visibility: auto;',
    '  font-size: 12px; line-height: 18px; font-weight: 400; font-variant-numeric: tabular-nums; text-align: left;',
    '  text-indent: 0; text-transform: none; letter-spacing: normal; white-space: nowrap; }',
    '.bar { flex: none; width: 28px; height: 6px; border-radius: 3px; --ink: #5b7fa8;',
    '  background: linear-gradient(90deg, var(--ink) var(--share), rgba(128, 128, 128, .3) 0); }',
    '.bar[data-full] { --ink: #2e8b62; }',
    '.percent { flex: none; min-width: 36px; }',
    '.clock { flex: 1; text-align: end; }',
    ':host([data-place=row]) .clock { text-align: start; }',
    '.left { display: inline-block; padding: 0 6px; border-radius: 9px; font-weight: 600; }',
    '.left::before { margin-inline-end: 4px; }',
    '[data-state=running] .left::before { content: "▸"; color: #2e8b62; }',
    '[data-state=warning] .left::before { content: "▲"; color: #b7791f; }',
    '[data-state=breached] .left::before { content: "!"; color: #d9453d; }',
    '[data-state=paused] .left::before { content: "‖"; color: #808890; }',
    '[data-state=checking] .left::before { content: "?"; color: #808890; }',
    '[data-state=warning] .left { background: rgba(183, 121, 31, .16); }',
    '[data-state=breached] .left { background: rgba(217, 69, 61, .16); }',
    // What there is not keeps its place, so that edges stay aligned.
    '[hidden] { display: block; visibility: hidden; }'
  ].join('\n');
  // As high whatever is in it, so that nothing moves when a clock turns.
  var PLACES = {
    card: 'display:block;position:relative;height:24px;contain:strict',
    row: 'display:inline-block;position:relative;vertical-align:middle;width:208px;height:24px;' +
      'margin-inline-end:8px;contain:strict'
  };
  var INSIDE = '<span class="line"><span class="bar"></span><span class="percent"></span>' +
    '<span class="clock"><span class="left"></span></span></span>';

  // A clock's time, as the panel writes it.
  function span(seconds, units) {
    var hours = Math.floor(seconds / 3600);
    var minutes = Math.floor(seconds / 60) % 60;
    if (hours) {
      return hours + NO_BREAK + units[2] + NO_BREAK + (minutes < 10 ? '0' : '') + minutes + NO_BREAK + units[1];
    }
    return minutes ? minutes + NO_BREAK + units[1] : seconds + NO_BREAK + units[0];
  }

  // For how many seconds a span stays as it is written.
  function stays(frame, seconds, now) {
    var runs = now < frame.mark;
    if (seconds < 60) {
      return 1;
    }
    return runs ? seconds % 60 + 1 : 60 - seconds % 60;
  }

  // Where the badge of a link's deal goes: below a card of the board, in front of the name in a row.
  function placeOf(link) {
    var card = link.closest(BOARD_CARD);
    return card || link.closest(ROW) || link.parentNode;
  }

  // The badge of one deal at one place. It comes into the page when the place comes near what is seen, stays, and ticks
  // while it is near.
  function Badge(makings, place, link, deal, isNear) {
    var host = null;
    var inside = null;
    var shown = null;
    var turnsAt = Infinity;
    var text = '';

    this.deal = deal;
    this.isNear = function () {
      return isNear;
    };
    // Whether it stands where a link wants it, or does not stand yet.
    this.isRight = function (other) {
      return shown && host ? host.isConnected && place.contains(host) : link === other;
    };
    this.remove = function () {
      if (host) {
        host.remove();
      }
    };
    this.comes = function (near, units, now) {
      isNear = near;
      this.fill(units, now);
    };

    // Takes what the server said; a badge without anything to say is not in the page.
    this.show = function (said, units, now) {
      shown = said;
      if (said) {
        this.fill(units, now);
      } else {
        this.remove();
      }
    };

    function put() {
      var isCard = place.matches(BOARD_CARD);
      host = host || makings.host(isCard ? 'card' : 'row');
      if (isCard) {
        place.appendChild(host);
      } else {
        link.before(host);
      }
    }

    this.fill = function (units, now) {
      if (!isNear || !shown) {
        return;
      }
      if (!host || !host.isConnected) {
        put();
      }
      inside = inside || makings.inside(host);
      var counted = typeof shown.percent === 'number';
      inside.bar.hidden = inside.percent.hidden = !counted;
      if (counted) {
        inside.bar.style.setProperty('--share', shown.percent + '%');
        inside.bar.toggleAttribute('data-full', shown.percent === 100);
        inside.percent.textContent = shown.percent + NO_BREAK + '%';
      }
      turnsAt = -Infinity;
      text = '';
      this.tick(units, now);
    };

    // Writes only what differs, and only when something does.
    this.tick = function (units, now) {
      if (!isNear || !shown || now < turnsAt) {
        return;
      }
      var frame = (shown.clock || []).filter(function (one) {
        return now < one.until;
      })[0];
      var seconds = frame && frame.mark ? Math.abs(frame.mark - now) : 0;
      var time = frame && frame.mark ? span(seconds, units) : '';
      turnsAt = !frame ? Infinity : Math.min(frame.until, time ? now + stays(frame, seconds, now) : Infinity);
      var said = frame ? frame.name + ' — ' + frame.left.replace('{0}', time) : '';
      var words = [said, shown.filled].filter(Boolean).join('. ');
      if (words === text) {
        return;
      }
      text = words;
      host.title = words;
      host.setAttribute('aria-label', words);
      inside.clock.hidden = !frame;
      if (frame) {
        inside.clock.setAttribute('data-state', frame.state);
        inside.left.textContent = frame.brief.replace('{0}', time);
      }
    };
  }

  // What all badges are made of, and who says when one comes near.
  function Makings(onNear) {
    var sheet = new CSSStyleSheet();
    var template = document.createElement('template');
    var badges = new WeakMap();
    // A screen before it is seen, so that nothing that is seen moves when a badge comes.
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        onNear(badges.get(entry.target), entry.isIntersecting);
      });
    }, { rootMargin: '100%', scrollMargin: '100%' });
    sheet.replaceSync(STYLE);
    template.innerHTML = INSIDE;

    this.host = function (kind) {
      var host = document.createElement('span');
      host.setAttribute(MARK, 'badge');
      host.setAttribute('data-place', kind);
      host.setAttribute('role', 'img');
      host.style.cssText = PLACES[kind];
      return host;
    };
    this.inside = function (host) {
      var root = host.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet];
      root.appendChild(template.content.cloneNode(true));
      var parts = root.firstChild.children;
      var clock = parts[2];
      return { bar: parts[0], percent: parts[1], clock: clock, left: clock.firstChild };
    };
    this.enter = function (place, badge) {
      badges.set(place, badge);
      watch.observe(place);
    };
    this.leave = function (place) {
      watch.unobserve(place);
    };
    this.end = function () {
      watch.disconnect();
    };
  }

  // The badges of the page: found, asked for, ticking.
  return function Board(widget) {
    var lang = String((widget.i18n('panel') || {}).lang || 'ru');
    var address = server.address(widget);
    var makings = new Makings(function (badge, near) {
      guarded(function () {
        badge.comes(near, units, now());
        // What has just been put there is no news.
        observer.takeRecords();
      })();
    });
    var badges = new Map();
    var known = new Map();
    var units = ['', '', ''];
    var offset_s = 0;
    var asking = false;
    var failures = 0;
    var refresh = 0;
    var scanning = 0;
    var ended = false;
    var observer = new MutationObserver(soon);
    var clock = window.setInterval(guarded(tick), TICK_MS);

    function guarded(work) {
      return function (argument) {
        try {
          if (!ended) {
            work(argument);
          }
        } catch (error) {
          end();
          if (window.console) {
            window.console.warn('takeroot', error);
          }
        }
      };
    }

    function now() {
      return Math.floor(Date.now() / 1000) + offset_s;
    }

    // However much the page is redrawn, it is looked through a few times a second.
    function soon() {
      scanning = scanning || window.setTimeout(guarded(scan), SCAN_MS);
    }

    function scan() {
      scanning = 0;
      badges.forEach(function (badge, place) {
        if (!place.isConnected) {
          badges.delete(place);
          makings.leave(place);
        }
      });
      (document.getElementById('page_holder') || document.body).querySelectorAll(LINKS).forEach(find);
      observer.takeRecords();
      if (!asking) {
        ask(unknown());
      }
    }

    function find(link) {
      var deal = Number((ID.exec(link.getAttribute('href')) || [])[1]);
      var place = deal && placeOf(link);
      var badge = badges.get(place);
      // Of several links in one place the first one counts.
      if (!place || (badge && badge.isRight(link))) {
        return;
      }
      // A copy of a card has a copy of its badge, and nothing in it.
      place.querySelectorAll('[' + MARK + '=badge]').forEach(function (copy) {
        copy.remove();
      });
      badge = new Badge(makings, place, link, deal, Boolean(badge) && badge.isNear());
      badges.set(place, badge);
      makings.enter(place, badge);
      badge.show(known.get(deal) || null, units, now());
    }

    function onScreen() {
      var deals = new Set();
      badges.forEach(function (badge) {
        deals.add(badge.deal);
      });
      return Array.from(deals);
    }

    function unknown() {
      return onScreen().filter(function (deal) {
        return !known.has(deal);
      });
    }

    // One question for all; what is more than a screen comes after it.
    function ask(deals) {
      if (!address || !deals.length || document.hidden) {
        return;
      }
      asking = true;
      var some = deals.slice(0, DEALS_MAX);
      var options = {
        url: address + '/v1/cards?lang=' + encodeURIComponent(lang), method: 'POST',
        contentType: 'application/json', data: JSON.stringify({ deals: some })
      };
      server.request(widget, options, guarded(function (answer) {
        asking = false;
        var told = answer.link === 'live' ? server.parsed(answer.text) : null;
        if (told && Array.isArray(told.items)) {
          failures = 0;
          hear(some, told);
          later(REFRESH_MS);
          ask(deals.length > some.length ? deals.slice(DEALS_MAX) : unknown());
        } else {
          later(server.retryMs(failures));
          failures += 1;
        }
      }));
    }

    function hear(asked, told) {
      units = told.units;
      offset_s = told.now - Math.floor(Date.now() / 1000);
      var heard = new Set(asked);
      heard.forEach(function (deal) {
        known.set(deal, null);
      });
      told.items.forEach(function (item) {
        if (heard.has(item.deal)) {
          known.set(item.deal, item);
        }
      });
      var at = now();
      badges.forEach(function (badge) {
        if (heard.has(badge.deal)) {
          badge.show(known.get(badge.deal), units, at);
        }
      });
      observer.takeRecords();
    }

    function later(wait_ms) {
      window.clearTimeout(refresh);
      refresh = window.setTimeout(guarded(askAnew), wait_ms);
    }

    // What has left the screen is forgotten.
    function askAnew() {
      var deals = onScreen();
      known.forEach(function (_, deal) {
        if (deals.indexOf(deal) < 0) {
          known.delete(deal);
        }
      });
      if (!asking) {
        ask(deals);
      }
    }

    function tick() {
      var at = now();
      badges.forEach(function (badge) {
        badge.tick(units, at);
      });
    }

    function onVisible() {
      if (!document.hidden) {
        guarded(askAnew)();
      }
    }

    function end() {
      ended = true;
      window.clearInterval(clock);
      window.clearTimeout(refresh);
      window.clearTimeout(scanning);
      document.removeEventListener('visibilitychange', onVisible);
      observer.disconnect();
      makings.end();
      badges.forEach(function (badge) {
        badge.remove();
      });
      badges.clear();
    }

    this.end = end;
    document.addEventListener('visibilitychange', onVisible);
    observer.observe(document.body, { childList: true, subtree: true });
    guarded(scan)();
  };
});
