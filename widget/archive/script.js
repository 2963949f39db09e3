// Takeroot in the CRM: the panel in a deal's card, badges on the board and in lists. Each part is loaded where it is
// shown. Nothing here may throw into the CRM's page.
define(['require'], function (require) {
  'use strict';

  var HOST = 'takeroot-card';
  var SETTINGS_HOST = 'takeroot-settings';
  var INSTALL_HOST = 'takeroot-install';
  var HOST_HEIGHT_PX = 500;
  // All at once, so that none is found out late.
  var PANEL = [
    './panel.js?v=__VERSION__', './card.js?v=__VERSION__', './server.js?v=__VERSION__',
    './takeroot_wasm.js?v=__VERSION__'
  ];
  var BOARD = ['./board.js?v=__VERSION__'];
  var SETTINGS = ['./settings.js?v=__VERSION__'];
  var loading = {};

  // A promise of the first of some modules, the same for everyone. What did not arrive is asked for anew.
  function load(modules) {
    var name = modules[0];
    loading[name] = loading[name] || new Promise(function (done, failed) {
      require(modules, done, function (error) {
        delete loading[name];
        (error.requireModules || []).forEach(require.undef || function () {});
        failed(error);
      });
    });
    return loading[name];
  }

  // Whether the page shows a card, and whether it shows deals side by side.
  function isCardOpen() {
    return Boolean(window.APP && typeof window.APP.isCard === 'function' && window.APP.isCard());
  }

  function isBoardOpen() {
    var app = window.APP;
    return !isCardOpen() && Boolean(app && typeof app.getBaseEntity === 'function' && app.getBaseEntity() === 'leads');
  }

  // A notice without the panel.
  function tell(host, widget, key, error) {
    warn(error);
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

  // The panel is on its way while the CRM is still on its own to `render`.
  if (isCardOpen()) {
    load(PANEL).catch(function () {});
  }

  function warn(error) {
    if (error && window.console) {
      window.console.warn('takeroot', error);
    }
  }

  function isGivenUp(host) {
    return Boolean(host.shadowRoot && host.shadowRoot.querySelector('[data-part=notice]'));
  }

  return function () {
    var self = this;
    var session = null;
    var board = null;
    var generation = 0;
    var endSettings = function () {};

    function isCard() {
      var area = (self.system() || {}).area;
      return area === undefined || /^lcard/.test(area);
    }

    // Safe to call at every redraw.
    function mount() {
      if (isCard()) {
        mountPanel();
      } else if (isBoardOpen()) {
        mountBoard();
      }
    }

    function mountBoard() {
      var mine = generation;
      load(BOARD).then(function (Board) {
        if (mine === generation && !board && isBoardOpen()) {
          board = new Board(self);
        }
      }).catch(warn);
    }

    function mountPanel() {
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
      function broken(error) {
        tell(host, self, 'broken', error);
      }
      load(PANEL).then(function (panel) {
        if (!panel.bindings) {
          tell(host, self, 'old_browser');
          return null;
        }
        return panel.bindings.then(function (opened) {
          if (mine === generation && host.isConnected && !session) {
            session = new panel.Session(self, host, opened, broken);
          }
        });
      }).catch(broken);
    }

    function unmount() {
      generation += 1;
      if (session) {
        session.end();
        session = null;
      }
      if (board) {
        board.end();
        board = null;
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
      show(host, function (settings, lang, failed) {
        return settings.open(self, host, lang, failed);
      });
    }

    // The steps from the server's address to a policy, below the field of that address, as the CRM draws it.
    function install(modal) {
      var body = (modal && (modal[0] || modal)) || document;
      var field = body.querySelector('input[name=worker_url]');
      if (!field || body.querySelector('#' + INSTALL_HOST)) {
        return;
      }
      var host = document.createElement('div');
      host.id = INSTALL_HOST;
      (field.closest('label') || field).parentNode.appendChild(host);
      show(host, function (settings, lang, failed) {
        return settings.install(self, host, lang, field, failed);
      });
    }

    // A part of the settings in its place.
    function show(host, begin) {
      endSettings();
      function failed(key, error) {
        tell(host, self, key, error);
      }
      load(SETTINGS).then(function (settings) {
        endSettings = begin(settings, String((self.i18n('panel') || {}).lang || 'ru'), failed);
      }).catch(function (error) {
        failed('broken', error);
      });
    }

    function leave() {
      unmount();
      endSettings();
      endSettings = function () {};
    }

    function quietly(work) {
      return function (given) {
        try {
          work(given);
        } catch (error) {
          warn(error);
        }
        return true;
      };
    }

    this.callbacks = {
      render: quietly(mount),
      init: quietly(function () {}),
      bind_actions: quietly(mount),
      settings: quietly(install),
      advancedSettings: quietly(advanced),
      onSave: quietly(function () {}),
      destroy: quietly(leave)
    };
    return this;
  };
});
