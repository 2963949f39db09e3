// The CRM's card: what it holds, when it changes, where a field is. The CRM documents the model of the current
// card; the form's elements are only observed, so each of them may be absent.
define(['jquery'], function ($) {
  'use strict';

  var EVENTS = 'input.takeroot change.takeroot';
  var CUSTOM = /^CFV\[(\d+)\]/;
  var TEXT_CHARS_MAX = 1000;
  var marks = {};

  function current() {
    return (window.APP && window.APP.data && window.APP.data.current_card) || null;
  }

  // A value of the model may be a text, a number, a flag, or a list of those.
  function plain(value) {
    if (value === null || value === undefined || value === false) {
      return '';
    }
    if (value === true) {
      return '1';
    }
    if (typeof value === 'object') {
      var texts = Object.keys(value).map(function (key) {
        return typeof value[key] === 'object' ? '' : plain(value[key]);
      });
      return texts.filter(Boolean)[0] || '';
    }
    return String(value).slice(0, TEXT_CHARS_MAX);
  }

  function ofElement(element) {
    var ticks = element.type === 'checkbox' || element.type === 'radio';
    return ticks && !element.checked ? '' : plain(element.value);
  }

  function form() {
    return document.getElementById('card_fields') || document;
  }

  function named(name) {
    return document.querySelector('[name="' + name + '"]');
  }

  function value(attributes, name) {
    if (attributes[name] !== undefined) {
      return plain(attributes[name]);
    }
    var element = named(name);
    return element ? ofElement(element) : undefined;
  }

  function attributesOf(card) {
    return (card && card.model && card.model.attributes) || {};
  }

  function idOf(card) {
    if (card && card.id !== undefined) {
      return plain(card.id);
    }
    var address = /\/leads\/detail\/(\d+)/.exec(window.location.pathname);
    return (address && address[1]) || value({}, 'lead_id') || '0';
  }

  function pipelineOf(card, attributes) {
    var said = card && typeof card.getPipelineId === 'function' ? card.getPipelineId() : undefined;
    return said ? plain(said) : value(attributes, 'lead[PIPELINE_ID]');
  }

  // Whether anything of a card is where it was observed to be.
  function isThere() {
    return Boolean(current() || /\/leads\/detail\/\d+/.test(window.location.pathname) ||
      document.querySelector('[name="lead_id"], [name^="lead["], [name^="CFV["]'));
  }

  function isChoice(element) {
    return element.tagName === 'SELECT' || element.type === 'radio' || Boolean(element.closest('.control--select'));
  }

  function fieldsOf(attributes) {
    var fields = {};
    var choices = {};
    Object.keys(attributes).forEach(function (key) {
      var match = CUSTOM.exec(key);
      if (match) {
        fields[match[1]] = fields[match[1]] || plain(attributes[key]);
      }
    });
    var inModel = Object.assign({}, fields);
    form().querySelectorAll('[name^="CFV["]').forEach(function (element) {
      var match = CUSTOM.exec(element.name);
      if (!match) {
        return;
      }
      if (inModel[match[1]] === undefined) {
        fields[match[1]] = fields[match[1]] || ofElement(element);
      }
      if (isChoice(element)) {
        choices[match[1]] = true;
      }
    });
    return { fields: fields, choices: Object.keys(choices) };
  }

  // The card's values as texts, unsaved ones included.
  function read() {
    var card = current();
    var attributes = attributesOf(card);
    var custom = fieldsOf(attributes);
    return {
      id: idOf(card),
      pipeline: pipelineOf(card, attributes),
      status: value(attributes, 'lead[STATUS]'),
      responsible: value(attributes, 'lead[MAIN_USER]'),
      price: value(attributes, 'lead[PRICE]'),
      fields: custom.fields,
      choices: custom.choices
    };
  }

  // Names of the CRM's users by their ids, where the page tells them.
  function people() {
    var managers = window.APP && typeof window.APP.constant === 'function' && window.APP.constant('managers');
    var names = {};
    Object.keys(managers || {}).forEach(function (id) {
      names[id] = plain((managers[id] || {}).title || (managers[id] || {}).option);
    });
    return names;
  }

  // Calls back at the next frame after something may have changed; returns what ends it.
  function watch(onChange) {
    var frame = 0;
    function soon() {
      frame = frame || window.requestAnimationFrame(function () {
        frame = 0;
        onChange();
      });
    }
    var observer = new MutationObserver(soon);
    observer.observe(document.body, { childList: true, subtree: true });
    $(document).on(EVENTS, soon);
    return function () {
      observer.disconnect();
      $(document).off(EVENTS, soon);
      window.cancelAnimationFrame(frame);
    };
  }

  function rowOf(field) {
    if (field === 'next_step') {
      return document.querySelector('.feed-compose, .notes-wrapper');
    }
    if (field === 'responsible') {
      return document.querySelector('.linked-form__field_reassign') || around('lead[MAIN_USER]');
    }
    if (field === 'amount') {
      return document.querySelector('.linked-form__field_budget') || around('lead[PRICE]');
    }
    var id = field.replace('custom:', '');
    return document.querySelector('.linked-form__field[data-id="' + id + '"]') || around('CFV[' + id + ']');
  }

  function around(name) {
    var element = named(name);
    return element && (element.closest('.linked-form__field') || element);
  }

  // Shows the tab of the form in which a hidden row lies; that may draw the form anew.
  function bringToFront(row) {
    var group = row.closest('.linked-forms__group-wrapper[data-id]');
    if (group && row.offsetParent === null) {
      var tab = document.querySelector('.js-card-tab[data-id="' + group.getAttribute('data-id') + '"]');
      if (tab) {
        tab.click();
      }
    }
  }

  function mark(field) {
    var row = rowOf(field);
    if (row && !(marks[field] && marks[field].row === row)) {
      marks[field] = { row: row, outline: row.style.outline, offset: row.style.outlineOffset };
      row.style.outline = '2px solid #2e8b62';
      row.style.outlineOffset = '2px';
    }
  }

  // Keeps the marks of the fields that are still missing, on whatever row is theirs, and takes away the others.
  function keepMarks(missing) {
    Object.keys(marks).forEach(function (field) {
      if (missing.indexOf(field) >= 0) {
        mark(field);
        return;
      }
      marks[field].row.style.outline = marks[field].outline;
      marks[field].row.style.outlineOffset = marks[field].offset;
      delete marks[field];
    });
  }

  // Brings a field into view, focuses and marks it.
  function open(field) {
    var row = rowOf(field);
    if (row) {
      bringToFront(row);
      row = rowOf(field);
    }
    if (!row) {
      return;
    }
    var calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    row.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
    var focusable = 'input:not([type=hidden]), textarea, select, button, [contenteditable=true], [tabindex]';
    var target = row.matches(focusable) ? row : row.querySelector(focusable);
    if (target) {
      target.focus({ preventScroll: true });
    }
    mark(field);
  }

  function lightness(element) {
    var rgba = element ? window.getComputedStyle(element).backgroundColor.match(/[\d.]+/g) : null;
    if (!rgba || (rgba.length > 3 && Number(rgba[3]) < 0.5)) {
      return null;
    }
    return (0.2126 * rgba[0] + 0.7152 * rgba[1] + 0.0722 * rgba[2]) / 255;
  }

  // The page's own theme, by what is painted behind an element.
  function theme(element) {
    for (var behind = element.parentElement; behind; behind = behind.parentElement) {
      var light = lightness(behind);
      if (light !== null) {
        return light < 0.5 ? 'dark' : 'light';
      }
    }
    var page = lightness(document.getElementById('page_holder'));
    return page !== null && page < 0.5 ? 'dark' : 'light';
  }

  return { isThere: isThere, keepMarks: keepMarks, open: open, people: people, read: read, theme: theme, watch: watch };
});
