// A widget that tells what the page did with it.
define(['jquery', './part.js'], function ($, part) {
  return function () {
    var self = this;
    self.seen = window.SEEN = window.SEEN || [];
    this.callbacks = {
      render: function () {
        self.seen.push('render');
        if (!document.querySelector('#fake')) {
          self.render_template({ caption: { class_name: 'fake' }, body: '', render: '<div id="fake">{{ text }}</div>' },
            { text: part + ' <b> ' + self.i18n('widget.name') + ' ' + self.get_version() });
        }
        return true;
      },
      init: function () { self.seen.push('init'); return true; },
      bind_actions: function () {
        self.seen.push('bind_actions');
        self.$authorizedAjax({ url: self.get_settings().worker_url + '/echo' }).then(
          function (data) { window.ANSWER = data; },
          function (xhr) { window.ANSWER = { status: xhr.status }; }
        );
        return true;
      },
      settings: function () {},
      onSave: function () { self.seen.push('onSave'); return true; },
      destroy: function () { self.seen.push('destroy'); }
    };
    return this;
  };
});
