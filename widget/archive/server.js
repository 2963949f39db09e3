// The server: where it is, what it is asked, how long it is waited for.
define([], function () {
  'use strict';

  var ANSWER_MS_MAX = 5000;
  var RETRY_MS = [2000, 5000, 15000, 30000, 60000];

  // The server of the settings: https, or this very machine.
  function address(widget) {
    var settings = widget.get_settings();
    return checked(settings && settings.worker_url);
  }

  // An address that can be asked, or nothing.
  function checked(address) {
    var text = String(address || '').trim().replace(/\/+$/, '');
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

  // How long to wait after so many failures.
  function retryMs(failures) {
    return RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
  }

  return { address: address, checked: checked, parsed: parsed, request: request, retryMs: retryMs };
});
