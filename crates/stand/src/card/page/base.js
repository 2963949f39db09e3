// What the CRM adds to a widget's instance.
define(['config', 'jquery'], function (config, $) {
  'use strict';

  var settings = Object.assign({}, config.settings, {
    widget_code: config.widget.code,
    path: config.widget.path,
    images_path: config.widget.path + '/images',
    version: config.widget.version,
    oauth_client_uuid: config.widget.client_uuid,
    status: 'installed',
    active: 'Y',
    widget_active: 'Y',
    id: 1
  });

  var methods = {
    params: settings,
    langs: config.i18n[config.lang] || {},

    get_settings: function () { return settings; },
    set_settings: function (changed) { Object.assign(settings, changed); },
    get_version: function () { return settings.version; },
    get_install_status: function () { return settings.status; },
    set_status: function (status) { settings.status = status; },
    set_lang: function (langs) { this.langs = Object.assign({}, this.langs, langs); },
    i18n: function (path) { return walk(this.langs, path); },

    system: function () {
      return {
        area: APP.isCard() ? 'lcard' : document.querySelector('.advanced') ? 'advanced_settings'
          : document.querySelector('.settings') ? 'settings' : 'everywhere',
        amouser: config.user.name,
        amouser_id: config.user.id,
        amohash: '',
        domain: config.account.host,
        subdomain: config.account.subdomain,
        server: '',
        displayed_count: null,
        displayed_count_by: null
      };
    },

    render: function (template, params) {
      if (!template.href) return fill(template.data || '', params);
      var base = template.base_path || settings.path;
      return $.get(base + template.href).then(function (text) {
        var html = fill(text, params);
        if (template.load) template.load({ render: function () { return html; } });
        return html;
      });
    },

    // Each call puts a block into the panel: a widget that calls it at each redraw is seen as often.
    render_template: function (template, params) {
      var caption = template.caption || {};
      var $block = $('<div class="card-widgets__widget">').attr('data-code', settings.widget_code);
      var $caption = $('<div class="card-widgets__widget__caption">').addClass(caption.class_name || '');
      var logo = $('<img alt="">').attr('src', settings.images_path + '/logo_min.png');
      $caption.append(caption.html ? $(document.createElement('span')).html(caption.html)
        : [logo, $('<span>').text(walk(this.langs, config.widget.name) || settings.widget_code)]);
      var $body = $('<div class="card-widgets__widget__body">');
      $body.html(fill(template.render || template.body || '', params));
      $('#widgets_block').append($block.append($caption, $body));
    },

    $authorizedAjax: function (options) {
      var token = $.ajax({ url: '/ajax/token?mode=' + config.tokenMode, method: 'POST', dataType: 'json' });
      return token.then(function (minted) {
        return $.ajax(Object.assign({}, options, {
          headers: Object.assign({}, options.headers, { 'X-Auth-Token': minted.token })
        }));
      });
    },

    crm_post: function (url, data, done, type, failed) {
      var post = { url: '/ajax/proxy?url=' + encodeURIComponent(url), method: 'POST', data: data };
      return $.ajax(Object.assign(post, { dataType: type || 'json', success: done, error: failed }));
    },

    list_selected: function () { return { selected: [], summary: {} }; },
    get_pipeline_id: function () { return APP.isCard() ? APP.data.current_card.getPipelineId() : null; },
    widgetsOverlay: function () {},
    add_action: function () {},
    add_source: function () {},
    openWidgetSettings: function () {}
  };

  function walk(tree, path) {
    return String(path || '').split('.').filter(Boolean).reduce(function (node, key) {
      return node === undefined || node === null ? node : node[key];
    }, tree);
  }

  // As much of Twig as short templates need: `{{ name }}`, escaped.
  function fill(text, params) {
    return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, function (_, path) {
      return $('<i>').text(String(walk(params, path) ?? '')).html();
    });
  }

  return { settings: settings, extend: function (widget) { return Object.assign(widget, methods); } };
});
