// Takeroot's policy in the CRM's advanced settings. Passes acts to WebAssembly, which has every rule and every word, puts
// what differs into the document, and carries questions to the server.
define([
  './card.js?v=__VERSION__', './server.js?v=__VERSION__', './takeroot_settings.js?v=__VERSION__'
], function (card, servers, wasm) {
  'use strict';

  var ANSWER_MS_MAX = 20000;
  var LOOK_MS = 5000;
  var DAY_MS = 86400000;
  var TYPED = { text: true, number: true, date: true, time: true };

  // Makes the children of one element those of another, keeping the elements that are alike: the keyboard's place, what
  // is being typed and how far a table is scrolled stay as they are.
  function patch(now, next) {
    var old = Array.prototype.slice.call(now.childNodes);
    var wanted = Array.prototype.slice.call(next.childNodes);
    wanted.forEach(function (want, at) {
      var have = old[at];
      if (!have) {
        now.appendChild(want);
      } else if (!isAlike(have, want)) {
        now.replaceChild(want, have);
      } else if (have.nodeType === Node.TEXT_NODE) {
        have.nodeValue = want.nodeValue;
      } else {
        attributes(have, want);
        patch(have, want);
        settle(have);
      }
    });
    old.slice(wanted.length).forEach(function (left) {
      now.removeChild(left);
    });
  }

  function isAlike(one, other) {
    return one.nodeType === other.nodeType && one.nodeName === other.nodeName &&
      (one.nodeType !== Node.ELEMENT_NODE || ['data-act', 'data-section'].every(function (name) {
        return one.getAttribute(name) === other.getAttribute(name);
      }));
  }

  function attributes(have, want) {
    Array.prototype.slice.call(have.attributes).forEach(function (attribute) {
      // What a person has unfolded stays so.
      if (!want.hasAttribute(attribute.name) && attribute.name !== 'open') {
        have.removeAttribute(attribute.name);
      }
    });
    Array.prototype.slice.call(want.attributes).forEach(function (attribute) {
      if (have.getAttribute(attribute.name) !== attribute.value) {
        have.setAttribute(attribute.name, attribute.value);
      }
    });
  }

  // What a control shows is what its attributes say, but for what is being typed.
  function settle(element) {
    if (element.nodeName === 'OPTION') {
      element.selected = element.hasAttribute('selected');
    } else if (element.nodeName === 'INPUT') {
      var isTyped = TYPED[element.type] && element.getRootNode().activeElement === element;
      element.checked = element.hasAttribute('checked');
      if (TYPED[element.type] && !isTyped && element.value !== element.getAttribute('value')) {
        element.value = element.getAttribute('value');
      }
    }
  }

  function valueOf(control) {
    if (control.type === 'checkbox') {
      return control.checked ? '1' : '';
    }
    return control.value || '';
  }

  // Shows the page, or the steps of an installation alone, in an element; returns what ends it.
  function mount(widget, host, server, lang, bindings, isInstalling) {
    var root = host.shadowRoot || host.attachShadow({ mode: 'open' });
    var style = document.createElement('style');
    var body = document.createElement('div');
    var page = new bindings.Page(lang, Math.floor(Date.now() / DAY_MS), isInstalling);
    var ended = false;
    style.textContent = bindings.Page.style();
    root.replaceChildren(style, body);

    function draw() {
      var next = document.createElement('div');
      next.innerHTML = page.html();
      patch(body, next);
    }

    function act(name, value) {
      page.act(name, value);
      draw();
      send();
    }

    function send() {
      JSON.parse(page.asks()).forEach(function (ask) {
        request(widget, server, ask, function (status, text) {
          if (!ended && host.isConnected) {
            page.heard(ask[0], status, text);
            draw();
            send();
          }
        });
      });
    }

    root.addEventListener('input', function (event) {
      if (event.target.hasAttribute('data-act')) {
        act(event.target.getAttribute('data-act'), valueOf(event.target));
      }
    });
    // What was typed and could not be taken stands as it was when it is left.
    root.addEventListener('focusout', function () {
      window.setTimeout(function () {
        if (!ended) {
          draw();
        }
      });
    });
    root.addEventListener('click', function (event) {
      var button = event.target.closest('button[data-act]');
      if (button) {
        act(button.getAttribute('data-act'), '');
      }
    });
    // What comes by itself is looked for while somebody looks at the page.
    var looking = window.setInterval(function () {
      if (!document.hidden && page.is_waiting()) {
        act('look', '');
      }
    }, LOOK_MS);
    draw();
    send();
    return function () {
      ended = true;
      window.clearInterval(looking);
      page.free();
      root.replaceChildren();
    };
  }

  function request(widget, server, ask, done) {
    var options = { url: server + ask[2], method: ask[1], dataType: 'text', timeout: ANSWER_MS_MAX };
    if (ask[1] === 'POST') {
      options.data = ask[3];
      options.contentType = 'application/json';
    }
    try {
      widget.$authorizedAjax(options).then(function (data, status, xhr) {
        done(200, typeof data === 'string' ? data : (xhr && xhr.responseText) || '');
      }, function (xhr) {
        done((xhr && xhr.status) || 0, (xhr && xhr.responseText) || '');
      });
    } catch (error) {
      done(0, '');
    }
  }

  // Opens the WebAssembly and shows the page of a server; `failed` is told where that cannot be. Returns what ends it.
  function open(widget, host, lang, server, isInstalling, failed) {
    var end = null;
    var ended = false;
    host.setAttribute('data-theme', card.theme(host));
    if (!server || !wasm.isSupported()) {
      failed(server ? 'old_browser' : 'no_server');
      return function () {};
    }
    wasm.open().then(function (bindings) {
      if (!ended && host.isConnected) {
        end = mount(widget, host, server, lang, bindings, isInstalling);
      }
    }).catch(function (error) {
      failed('broken', error);
    });
    return function () {
      ended = true;
      if (end) {
        end();
      }
    };
  }

  return {
    // The policy of the server that the settings name.
    open: function (widget, host, lang, failed) {
      return open(widget, host, lang, servers.address(widget), false, failed);
    },
    // The steps of an installation, below the field of the server's address. An address is tried when it has been typed:
    // half of one may be somebody else's.
    install: function (widget, host, lang, field, failed) {
      var end = function () {};

      function begin() {
        end();
        end = function () {};
        if (host.shadowRoot) {
          host.shadowRoot.replaceChildren();
        }
        if (field.value.trim()) {
          end = open(widget, host, lang, servers.checked(field.value), true, function (key, error) {
            failed(key === 'no_server' ? 'bad_address' : key, error);
          });
        }
      }

      field.addEventListener('change', begin);
      begin();
      return function () {
        field.removeEventListener('change', begin);
        end();
      };
    }
  };
});
