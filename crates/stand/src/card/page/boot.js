// Starts the page: reads what the server and the address say, then opens a card or the board.
(function () {
  'use strict';
  var config = JSON.parse(document.getElementById('config').textContent);
  var query = new URLSearchParams(location.search);

  config.lang = query.get('lang') || config.lang;
  config.theme = query.get('theme') || 'light';
  config.panelWidth = Number(query.get('panel') || 360);
  config.tokenMode = query.get('token') || 'good';
  config.without = (query.get('without') || '').split(',').filter(Boolean);
  config.settings.worker_url = query.get('worker') || config.settings.worker_url;
  document.documentElement.lang = config.lang;

  requirejs.config({ baseUrl: '/crm', paths: { jquery: '/lib/jquery' }, waitSeconds: 30 });
  define('config', [], function () { return config; });
  require(['area'], function (area) {
    if (query.get('advanced') !== null) area.openAdvanced();
    else if (query.get('settings') !== null) area.openSettings();
    else if (query.get('board') !== null) area.openBoard();
    else if (query.get('list') !== null) area.openList();
    else area.openCard(Number(query.get('deal') || config.first), true);
  });
})();
