// As much of a Backbone model as widgets use: attributes with the values as they are typed, and their changes.
define([], function () {
  'use strict';

  function Model(attributes) {
    this.attributes = attributes;
    this.listeners = [];
  }

  Model.prototype.get = function (name) { return this.attributes[name]; };

  Model.prototype.set = function (name, value) {
    var changed = this.attributes[name] !== value;
    this.attributes[name] = value;
    if (!changed) return this;
    this.trigger('change:' + name, this, value);
    return this.trigger('change', this);
  };

  Model.prototype.on = function (events, callback, context) {
    events.split(' ').forEach(function (event) {
      this.listeners.push({ event: event, callback: callback, context: context });
    }, this);
    return this;
  };

  Model.prototype.off = function (events, callback, context) {
    var named = events ? events.split(' ') : null;
    this.listeners = this.listeners.filter(function (known) {
      return (named && named.indexOf(known.event) < 0) || (callback && callback !== known.callback) ||
        (context && context !== known.context);
    });
    return this;
  };

  Model.prototype.trigger = function (event) {
    var given = Array.prototype.slice.call(arguments, 1);
    this.listeners.slice().forEach(function (known) {
      if (known.event === event) known.callback.apply(known.context || this, given);
      if (known.event === 'all') known.callback.apply(known.context || this, [event].concat(given));
    }, this);
    return this;
  };

  return Model;
});
