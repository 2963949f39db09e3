// Takeroot's panel in a deal's card. Reads the card, asks the server, passes time; every rule and every word of
// the panel is in WebAssembly. Nothing here may throw into the CRM's page.
define(['require', 'jquery', './card.js?v=__VERSION__', './takeroot_wasm.js?v=__VERSION__'], function (require, $, card, wasm) {
  'use strict';

  var HOST = 'takeroot-card';
  var SETTINGS_HOST = 'takeroot-settings';
  var HOST_HEIGHT_PX = 500;
  var TICK_MS = 1000;
  var ANSWER_MS_MAX = 5000;
  var REFRESH_MS = 60000;
  var RETRY_MS = [2000, 5000, 15000, 30000, 60000];
  var RENEW_MS = 300;
  var LOST_TICKS = 3;
  var REMEMBERED_CHARS_MAX = 200000;
  var unfolded = {};

  // One mounted panel: its clock, its watch over the card, its requests.
  function Session(widget, host, bindings) {
    var lang = String((widget.i18n('panel') || {}).lang || 'ru');
    var server = address(widget.get_settings());
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
          tell(host, widget, 'broken', error);
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
        if (server) {
          request(widget, { url: urlOf(deal) + '?lost=card', method: 'GET' }, function () {});
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

    // What a person has unfolded on one card is unfolded on the next one.
    function unfold() {
      host.shadowRoot.querySelectorAll('details').forEach(function (details) {
        // A form is opened by whoever fills it in.
        details.open = details.getAttribute('data-part') !== 'answer' && Boolean(unfolded[details.getAttribute('data-part')]);
      });
    }

    function onToggle(event) {
      var details = event.target;
      unfolded[details.getAttribute('data-part')] = details.open;
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
      if (!server) {
        panel.link('unset', Date.now());
        return;
      }
      var number = asked += 1;
      request(widget, { url: urlOf(deal), method: 'GET' }, guarded(function (answer) {
        if (number === asked) {
          hear(answer);
        }
      }));
    }

    function hear(answer) {
      var link = answer.link;
      if (link === 'live' && !panel.data(parsed(answer.text), false, Date.now())) {
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
        retry = window.setTimeout(guarded(askWhenSeen), RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
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
          window.localStorage.setItem('takeroot:' + server, text);
        }
      } catch (error) {
        // Without storage each card waits for the server.
      }
    }

    function recall() {
      var text = null;
      try {
        text = window.localStorage.getItem('takeroot:' + server);
      } catch (error) {
        text = null;
      }
      if (text) {
        panel.data(parsed(text), true, Date.now());
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
      request(widget, options, guarded(function (answer) {
        if (mine !== deal) {
          return;
        }
        var arrived = answer.link === 'live' && panel.data(parsed(answer.text), false, Date.now());
        panel.claimed(Boolean(arrived), Date.now());
      }));
    }

    function urlOf(id) {
      return server + '/v1/card/' + encodeURIComponent(id);
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

  // The server of the settings: https, or this very machine.
  function address(settings) {
    var text = String((settings && settings.worker_url) || '').trim().replace(/\/+$/, '');
    return /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:|\/|$))/i.test(text) ? text : '';
  }

  // What is not JSON is null.
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  }

  // Calls back exactly once, with the link's state and, of a live one, the answer's text.
  function request(widget, options, done) {
    var over = false;
    var running = null;
    var late = window.setTimeout(function () {
      finish({ link: 'slow' });
      if (running && typeof running.abort === 'function') {
        running.abort();
      }
    }, ANSWER_MS_MAX);

    function finish(answer) {
      if (!over) {
        over = true;
        window.clearTimeout(late);
        done(answer);
      }
    }

    function failed(xhr, reason) {
      var status = xhr && xhr.status;
      if (status === 401 || status === 403) {
        finish({ link: 'refused' });
      } else {
        finish({ link: reason === 'timeout' ? 'slow' : 'unreachable' });
      }
    }

    try {
      running = widget.$authorizedAjax(Object.assign({ dataType: 'text', timeout: ANSWER_MS_MAX }, options));
      running.then(function (data, status, xhr) {
        var text = typeof data === 'string' ? data : (xhr && xhr.responseText) || '';
        finish({ link: 'live', text: text });
      }, failed);
    } catch (error) {
      failed(null, '');
    }
  }

  // A notice without the panel.
  function tell(host, widget, key, error) {
    if (error && window.console) {
      window.console.warn('takeroot', error);
    }
    try {
      var root = host.shadowRoot || host.attachShadow({ mode: 'open' });
      var notice = document.createElement('p');
      notice.setAttribute('data-part', 'notice');
      notice.setAttribute('role', 'status');
      notice.style.cssText = 'margin:12px;font:14px/20px sans-serif';
      notice.textContent = String((widget.i18n('panel') || {})[key] || key);
      root.replaceChildren(notice);
    } catch (ignored) {
      // A page that takes not even a notice gets none.
    }
  }

  // It opens while the CRM is still on its way to `render`.
  var bindings = wasm.isSupported() ? wasm.open() : null;
  if (bindings) {
    bindings.catch(function () {});
  }

  function isGivenUp(host) {
    return Boolean(host.shadowRoot && host.shadowRoot.querySelector('[data-part=notice]'));
  }

  return function () {
    var self = this;
    var session = null;
    var generation = 0;
    var endSettings = function () {};

    function isCard() {
      var area = (self.system() || {}).area;
      return area === undefined || /^lcard/.test(area);
    }

    // Safe to call at every redraw.
    function mount() {
      if (!isCard()) {
        return;
      }
      if (!document.getElementById(HOST)) {
        self.render_template({
          caption: { class_name: 'takeroot-caption' },
          body: '<div id="' + HOST + '" style="display:block;min-height:' + HOST_HEIGHT_PX + 'px"></div>',
          render: ''
        });
      }
      var host = document.getElementById(HOST);
      if (!host || isGivenUp(host) || (session && session.isOn(host))) {
        return;
      }
      unmount();
      open(host, generation);
    }

    function open(host, mine) {
      if (!bindings) {
        tell(host, self, 'old_browser');
        return;
      }
      bindings.then(function (opened) {
        if (mine === generation && host.isConnected && !session) {
          session = new Session(self, host, opened);
        }
      }).catch(function (error) {
        tell(host, self, 'broken', error);
      });
    }

    function unmount() {
      generation += 1;
      if (session) {
        session.end();
        session = null;
      }
    }

    // The policy, on a page of its own, which is loaded only here.
    function advanced() {
      var area = document.getElementById('work-area-' + (self.get_settings() || {}).widget_code) ||
        document.getElementById('list_page_holder');
      if (!area || document.getElementById(SETTINGS_HOST)) {
        return;
      }
      var host = document.createElement('div');
      host.id = SETTINGS_HOST;
      area.appendChild(host);
      host.setAttribute('data-theme', card.theme(host));
      require(['./settings.js?v=__VERSION__'], function (settings) {
        var lang = String((self.i18n('panel') || {}).lang || 'ru');
        endSettings = settings.open(self, host, address(self.get_settings()), lang, function (key, error) {
          tell(host, self, key, error);
        });
      }, function (error) {
        tell(host, self, 'broken', error);
      });
    }

    function leave() {
      unmount();
      endSettings();
      endSettings = function () {};
    }

    function quietly(work) {
      return function () {
        try {
          work();
        } catch (error) {
          if (window.console) {
            window.console.warn('takeroot', error);
          }
        }
        return true;
      };
    }

    this.callbacks = {
      render: quietly(mount),
      init: quietly(function () {}),
      bind_actions: quietly(mount),
      settings: quietly(function () {}),
      advancedSettings: quietly(advanced),
      onSave: quietly(function () {}),
      destroy: quietly(leave)
    };
    return this;
  };
});
