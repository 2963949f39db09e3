// The left side of a card. It is thrown away and built anew at each change of the stage or the tab, so nothing
// may keep a node of it. `?without=dom-names` takes away the names that widgets only observed.
define(['config', 'jquery', 'words'], function (config, $, words) {
  'use strict';

  var TABS = ['main', 'arrangements'];
  var named = !config.without.includes('dom-names');
  var hasResponsible = !config.without.includes('reassign');

  function Fields($root, card) {
    this.$root = $root;
    this.card = card;
    this.tab = 'main';
    $root.on('input change', '[name], [data-key]', this.typed.bind(this));
    $root.on('click', '.card-tabs__item', this.turn.bind(this));
    $root.on('click', '.control--select--button, .choice__button', openList);
    $root.on('click', '.control--select--list--item, .choice__item', choose);
  }

  Fields.prototype.typed = function (event) {
    var input = event.currentTarget;
    var key = input.getAttribute('data-key') || input.name;
    var ticked = input.type === 'checkbox' ? (input.checked ? input.value : '') : input.value;
    this.card.values.set(key, ticked);
    if (key === 'lead[NAME]') this.card.values.set('name', ticked);
  };

  Fields.prototype.turn = function (event) {
    this.tab = event.currentTarget.getAttribute('data-id');
    this.render();
  };

  Fields.prototype.render = function () {
    var self = this;
    var $form = $('<form>').attr('id', named ? 'card_fields' : 'fields').on('submit', stop);
    $form.append(this.tabs());
    TABS.forEach(function (tab) {
      var $group = $('<div>').addClass(named ? 'linked-forms__group-wrapper js-cf-group-wrapper' : 'group');
      $group.attr('data-id', tab).toggleClass('hidden', tab !== self.tab).appendTo($form);
      if (tab === 'main') self.ownRows().forEach(function ($row) { $group.append($row); });
      config.fields.forEach(function (field) {
        if (field.tab === tab) $group.append(self.customRow(field));
      });
    });
    this.$root.empty().append($form);
  };

  Fields.prototype.tabs = function () {
    var active = this.tab;
    var $tabs = $('<div class="card-tabs" role="tablist">');
    TABS.forEach(function (tab) {
      $('<button type="button" role="tab" class="card-tabs__item js-card-tab">').attr('data-id', tab).text(words[tab])
        .attr('aria-selected', tab === active).toggleClass('selected', tab === active).appendTo($tabs);
    });
    return $tabs;
  };

  Fields.prototype.ownRows = function () {
    var users = config.users.map(function (user) { return { id: user.id, name: user.name }; });
    var rows = [];
    if (hasResponsible) {
      var $responsible = this.select('lead[MAIN_USER]', users);
      rows.push(row('', 'reassign', words.responsible, $responsible));
    }
    var $budget = this.input('lead[PRICE]', { id: 'lead_card_budget', inputmode: 'numeric' });
    rows.push(row('', 'budget', words.budget, $budget.addClass('text-input')));
    return rows;
  };

  Fields.prototype.customRow = function (field) {
    var key = 'CFV[' + field.id + ']';
    var $control = {
      text: this.text, date: this.date, select: this.select, radio: this.radio, checkbox: this.checkbox
    }[field.kind].call(this, key, choicesOf(field));
    return row(field.id, field.kind, field.name[config.lang] || field.name.ru, $control);
  };

  Fields.prototype.input = function (key, attributes) {
    var $input = $('<input type="text" autocomplete="off">').attr(attributes);
    return identify($input, key).val(this.card.values.get(key));
  };

  Fields.prototype.text = function (key) { return this.input(key, {}).addClass('text-input'); };

  Fields.prototype.date = function (key) {
    return this.input(key, { placeholder: words.date }).addClass('text-input date_field');
  };

  Fields.prototype.checkbox = function (key) {
    var $box = identify($('<input type="checkbox" value="1">'), key);
    return $('<label class="control-checkbox">').append($box.prop('checked', this.card.values.get(key) === '1'));
  };

  Fields.prototype.radio = function (key, choices) {
    var chosen = this.card.values.get(key);
    return $('<div class="control-radio">').append(choices.map(function (choice) {
      var $dot = identify($('<input type="radio">'), key).val(choice.id);
      $dot.prop('checked', String(choice.id) === chosen);
      return $('<label>').append($dot, document.createTextNode(choice.name));
    }));
  };

  Fields.prototype.select = function (key, choices) {
    var chosen = this.card.values.get(key);
    var found = choices.find(function (choice) { return String(choice.id) === chosen; });
    var $list = $('<ul role="listbox" hidden>').addClass(named ? 'control--select--list' : 'choice__list');
    choices.forEach(function (choice) {
      $('<li role="option" tabindex="-1">').addClass(named ? 'control--select--list--item' : 'choice__item')
        .attr('data-value', choice.id).text(choice.name).appendTo($list);
    });
    var $inner = $('<span>').addClass(named ? 'control--select--button-inner' : '');
    var $button = $('<button type="button" aria-haspopup="listbox">')
      .addClass(named ? 'control--select--button' : 'choice__button')
      .append($inner.text(found ? found.name : words.choose));
    var $input = identify($('<input type="hidden">'), key).addClass('control--select--input').val(chosen);
    return $('<div class="control--select">').append($button, $list, $input);
  };

  function row(id, kind, label, $control) {
    var $row = $('<div class="row">');
    if (named) $row.addClass('linked-form__field linked-form__field-' + kind + ' linked-form__field_' + kind);
    if (named && id) $row.attr('data-id', id);
    var $label = $('<div class="row__label">').addClass(named ? 'linked-form__field__label' : '').text(label);
    var $value = $('<div class="row__value">').addClass(named ? 'linked-form__field__value' : '');
    return $row.append($label.attr('title', label), $value.append($control));
  }

  function identify($input, key) {
    return named ? $input.attr('name', key) : $input.attr('data-key', key);
  }

  function choicesOf(field) {
    return field.choices.map(function (choice) {
      return { id: choice.id, name: choice.name[config.lang] || choice.name.ru };
    });
  }

  function openList(event) {
    $(event.currentTarget).siblings('ul').prop('hidden', function (_, hidden) { return !hidden; });
  }

  function choose(event) {
    var $item = $(event.currentTarget), $select = $item.closest('.control--select');
    $select.find('button span').text($item.text());
    $select.find('ul').prop('hidden', true);
    $select.find('input').val($item.attr('data-value')).trigger('input').trigger('change');
  }

  function stop(event) { event.preventDefault(); }

  return Fields;
});
