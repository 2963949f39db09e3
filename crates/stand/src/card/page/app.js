// The globals that widgets read. `?without=theme` and `?without=constant` take away what is only observed.
define(['config', 'jquery', 'words'], function (config, $, words) {
  'use strict';

  var user = { id: config.user.id, name: config.user.name, lang: config.lang, theme: config.theme };
  if (config.without.includes('theme')) delete user.theme;

  var managers = {};
  config.users.forEach(function (one) {
    managers[one.id] = { id: String(one.id), title: one.name, active: true, free_user: 'N' };
  });

  var constants = {
    user: user,
    account: {
      id: config.account.id,
      subdomain: config.account.subdomain,
      language: config.lang,
      timezone: config.account.zone,
      currency: 'RUB'
    },
    managers: managers,
    groups: {},
    task_types: {},
    user_rights: {}
  };

  function toast(kind, message) {
    var text = message && (message.text || message.header) || String(message);
    $('<div class="toast" role="status">').addClass('toast_' + kind).text(text).appendTo('#toasts')
      .delay(4000).fadeOut(200, function () { $(this).remove(); });
  }

  var APP = {
    lang_id: config.lang,
    element_types: { contacts: 1, leads: 2, companies: 3, customers: 12 },
    data: { current_card: false, is_card: false, current_entity: 'leads-pipeline' },
    constant: function (name) {
      return config.without.includes('constant') ? undefined : constants[name];
    },
    isCard: function () { return Boolean(APP.data.current_card); },
    getBaseEntity: function () { return 'leads'; },
    getWidgetsArea: function () { return APP.isCard() ? 'leads_card' : 'leads-pipeline'; },
    notifications: {
      show_message: toast.bind(null, 'note'),
      show_notification: toast.bind(null, 'note'),
      show_message_error: toast.bind(null, 'error'),
      add_error: toast.bind(null, 'error')
    },
    addNotificationCallback: function () {}
  };

  APP.setTheme = function (theme) {
    if (!config.without.includes('theme')) user.theme = theme;
    document.body.className = 'theme_' + theme;
  };

  APP.say = function (word) { toast('note', words[word]); };
  window.APP = window.AMOCRM = APP;
  return APP;
});
