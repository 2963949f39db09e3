// The life of the installed widget: loaded once, `render` → `init` → `bind_actions` in each area that it serves,
// `render` alone at a redraw, `destroy` on leaving the area and on being disabled.
define(['config', 'base', 'jquery'], function (config, base, $) {
  'use strict';

  var script = config.widget.path + '/script.js?v=' + config.widget.version;
  var instance = null;
  var active = true;
  var inside = false;
  var begun = false;
  // Counts comings and goings, so that a late arrival is known as such.
  var visits = 0;
  var calls = [];

  function load() {
    var loaded = $.Deferred();
    require([script], function (Widget) {
      instance = instance || base.extend(new Widget());
      loaded.resolve(instance);
    }, function (error) {
      console.error('the widget cannot be loaded: ' + error);
    });
    return loaded;
  }

  // A fault of a widget is told on the console, and the page goes on.
  function call(name) {
    var given = Array.prototype.slice.call(arguments, 1);
    calls.push(name);
    try {
      var callback = instance.callbacks[name];
      return callback ? callback.apply(instance, given) : true;
    } catch (error) {
      console.error('the widget failed in ' + name + ': ' + (error && error.stack || error));
      return false;
    }
  }

  function serves(area) {
    return config.widget.locations.some(function (location) {
      return location === area || location.replace(/-[01]$/, '') === area;
    });
  }

  function isServed(area) { return serves(area || (APP.isCard() ? 'lcard' : 'everywhere')); }

  function enter(area, $place) {
    if (!active || !isServed(area)) return;
    var mine = visits += 1;
    load().then(function () {
      // Whoever has gone on meanwhile was never here.
      if (mine !== visits || !active || !isServed(area) || inside) return;
      inside = true;
      if (!call('render')) return;
      if (begun && config.widget.init_once && !area) return;
      begun = true;
      if (call('init')) call('bind_actions');
      if (area === 'advanced_settings') call('advancedSettings');
      if (area === 'settings') call('settings', $place);
    });
  }

  function leave() {
    visits += 1;
    if (!inside) return;
    inside = false;
    call('destroy');
  }

  return {
    calls: calls,
    enter: enter,
    leave: leave,
    redraw: function () { if (inside) call('render'); },
    isActive: function () { return active; },
    disable: function () {
      if (!active) return;
      call('onSave', { active: 'N', fields: config.settings });
      leave();
      active = false;
      $('#widgets_block').empty();
    },
    enable: function () { active = true; enter(); }
  };
});
