// Takeroot's panel in a deal's card. Reads the card, asks the server, passes time; every rule and every word of
// the panel is in WebAssembly. Nothing here may throw into the CRM's page.
define([
  './card.js?v=__VERSION__', './server.js?v=__VERSION__', './takeroot_wasm.js?v=__VERSION__'
], function (card, server, wasm) {
  'use strict';

  var TICK_MS = 1000;
  var REFRESH_MS = 60000;
  var RENEW_MS = 300;
  var LOST_TICKS = 3;
  var REMEMBERED_CHARS_MAX = 200000;
  var unfolded = {};

  // One mounted panel: its clock, its watch over the card, its requests.
  function Session(widget, host, bindings, onBroken) {
    var lang = String((widget.i18n('panel') || {}).lang || 'ru');
    var address = server.address(widget);
    var panel = null;
    var deal = null;
    var seen = '';
    var failures = 0;
    var retry = 0;
    var asked = 0;
    var lost = 0;
    var ended = false;
    var endWatch = card.watch(guarded(look));
    var clock = window.setInterval(guarded(tick), TICK_MS);

    function guarded(work) {
      return function (argument) {
        try {
          if (!ended) {
            work(argument);
          }
        } catch (error) {
          end();
          onBroken(error);
        }
      };
    }

    function look() {
      if (!card.isThere()) {
        return;
      }
      lost = 0;
      host.style.display = 'block';
      var values = card.read();
      if (deal !== values.id) {
        return begin(values);
      }
      var text = JSON.stringify(values);
      if (text !== seen) {
        seen = text;
        panel.update(values, Date.now());
      }
      keepMarks();
    }

    function begin(values) {
      deal = values.id;
      seen = JSON.stringify(values);
      keepUnfolded();
      release();
      // Before there is anything to lay out: the page's colours cost a style of all that is new.
      paint();
      panel = bindings.mount(host, lang, card.people());
      host.shadowRoot.addEventListener('click', click);
      host.shadowRoot.addEventListener('toggle', toggle, true);
      unfold();
      recall();
      panel.update(values, Date.now());
      failures = 0;
      ask();
    }

    function tick() {
      if (!host.isConnected) {
        return end();
      }
      look();
      if (panel && !hide()) {
        paint();
        panel.tick(Date.now());
      }
    }

    // Where the page has no card any more that can be read, a panel would only be wrong: it goes, and the server counts
    // it once. Says whether it has gone.
    function hide() {
      lost += card.isThere() ? 0 : 1;
      if (lost === LOST_TICKS) {
        host.style.display = 'none';
        if (address) {
          server.request(widget, { url: urlOf(deal) + '?lost=card', method: 'GET' }, function () {});
        }
      }
      return lost >= LOST_TICKS;
    }

    function paint() {
      var theme = card.theme(host);
      if (host.getAttribute('data-theme') !== theme) {
        host.setAttribute('data-theme', theme);
      }
    }

    // What a person has unfolded on one card is unfolded on the next one. It is read where it stands: the browser tells
    // of it only later.
    function keepUnfolded() {
      foldable(function (details, part) {
        unfolded[part] = details.open;
      });
    }

    function unfold() {
      foldable(function (details, part) {
        details.open = Boolean(unfolded[part]);
      });
    }

    // A form is opened by whoever fills it in.
    function foldable(each) {
      var all = host.shadowRoot ? host.shadowRoot.querySelectorAll('details:not([data-part=answer])') : [];
      Array.prototype.forEach.call(all, function (details) {
        each(details, details.getAttribute('data-part'));
      });
    }

    function onToggle(event) {
      var details = event.target;
      var time = details.querySelector('input[type=time]');
      if (time && details.open) {
        time.value = panel.time_of_day(Date.now());
      }
    }

    function keepMarks() {
      var buttons = host.shadowRoot.querySelectorAll('button[data-field]');
      card.keepMarks(Array.prototype.map.call(buttons, function (button) {
        return button.getAttribute('data-field');
      }));
    }

    function ask() {
      window.clearTimeout(retry);
      if (!address) {
        panel.link('unset', Date.now());
        return;
      }
      var number = asked += 1;
      server.request(widget, { url: urlOf(deal), method: 'GET' }, guarded(function (answer) {
        if (number === asked) {
          hear(answer);
        }
      }));
    }

    function hear(answer) {
      var link = answer.link;
      if (link === 'live' && !panel.data(server.parsed(answer.text), false, Date.now())) {
        link = 'garbled';
      }
      if (link === 'live') {
        failures = 0;
        remember(answer.text);
        retry = window.setTimeout(guarded(askWhenSeen), REFRESH_MS);
      } else if (link === 'refused' && failures === 0) {
        // A token lives for half an hour: the next one is good, and nobody need know.
        failures += 1;
        retry = window.setTimeout(guarded(ask), RENEW_MS);
      } else {
        panel.link(link, Date.now());
        retry = window.setTimeout(guarded(askWhenSeen), server.retryMs(failures));
        failures += 1;
      }
      keepMarks();
    }

    // A page that nobody looks at asks again when it is looked at.
    function askWhenSeen() {
      if (document.hidden) {
        retry = 0;
      } else {
        ask();
      }
    }

    function onVisible() {
      if (!document.hidden) {
        guarded(ask)();
      }
    }

    // The last answer lets a card show its completeness before the server answers, or without it.
    function remember(text) {
      try {
        if (text.length <= REMEMBERED_CHARS_MAX) {
          window.localStorage.setItem('takeroot:' + address, text);
        }
      } catch (error) {
        // Without storage each card waits for the server.
      }
    }

    function recall() {
      var text = null;
      try {
        text = window.localStorage.getItem('takeroot:' + address);
      } catch (error) {
        text = null;
      }
      if (text) {
        panel.data(server.parsed(text), true, Date.now());
      }
    }

    function onClick(event) {
      var button = event.target.closest('button');
      if (button && button.hasAttribute('data-field')) {
        card.open(button.getAttribute('data-field'));
      }
      if (button && button.hasAttribute('data-way')) {
        claim(button.getAttribute('data-way'));
      }
    }

    // Tells the server that the person answered outside the CRM.
    function claim(way) {
      var time = host.shadowRoot.querySelector('input[type=time]');
      var said = panel.claim(way, time ? time.value : '', Date.now());
      var mine = deal;
      if (!said) {
        return;
      }
      var options = { url: urlOf(deal) + '/answer', method: 'POST', data: said, contentType: 'application/json' };
      server.request(widget, options, guarded(function (answer) {
        if (mine !== deal) {
          return;
        }
        var arrived = answer.link === 'live' && panel.data(server.parsed(answer.text), false, Date.now());
        panel.claimed(Boolean(arrived), Date.now());
      }));
    }

    function urlOf(id) {
      return address + '/v1/card/' + encodeURIComponent(id);
    }

    function end() {
      if (ended) {
        return;
      }
      ended = true;
      window.clearInterval(clock);
      window.clearTimeout(retry);
      document.removeEventListener('visibilitychange', onVisible);
      endWatch();
      card.keepMarks([]);
      keepUnfolded();
      if (host.shadowRoot) {
        host.shadowRoot.removeEventListener('click', click);
        host.shadowRoot.removeEventListener('toggle', toggle, true);
      }
      release();
    }

    function release() {
      var old = panel;
      panel = null;
      try {
        if (old) {
          old.free();
        }
      } catch (error) {
        // What a failed call still holds cannot be given back.
      }
    }

    var click = guarded(onClick);
    var toggle = guarded(onToggle);
    document.addEventListener('visibilitychange', onVisible);
    guarded(look)();
    this.end = end;
    this.isOn = function (other) {
      return !ended && host === other;
    };
  }

  // It opens while the CRM is still on its way to `render`.
  var bindings = wasm.isSupported() ? wasm.open() : null;
  if (bindings) {
    bindings.catch(function () {});
  }

  return { bindings: bindings, Session: Session };
});
