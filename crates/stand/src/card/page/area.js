// The areas of the page: the board of deals and the card of one, each drawn anew when it is entered.
define(['config', 'jquery', 'words', 'app', 'board', 'base', 'card', 'fields', 'widgets'], function (
  config, $, words, APP, Board, base, Card, Fields, widgets
) {
  'use strict';

  var fields = null;
  var board = null;

  function frame($content) {
    var other = config.lang === 'en' ? 'ru' : 'en';
    var $top = $('<header class="top">').append(
      button('board', words.board, openBoard),
      $('<span class="top__space">'),
      button('list', words.list, openList),
      button('redraw', words.redraw, redraw),
      button('active', widgets.isActive() ? words.disable : words.enable, switchWidget),
      button('theme', words.dark, switchTheme),
      button('lang', words.other, function () { go({ lang: other }); })
    );
    $('#page_holder').empty().append($top, $content, $('<div id="toasts">'));
    APP.setTheme(config.theme);
  }

  function button(id, text, act) {
    return $('<button type="button" class="top__button">').attr('data-act', id).text(text).on('click', function () {
      act();
    });
  }

  // Counts what was asked for, so that an answer that comes late is known as such.
  var wanted = 0;

  function openBoard(deals) { openDeals('pipeline', deals); }

  function openList(deals) { openDeals('list', deals); }

  // The account's open deals, or some that are given.
  function openDeals(view, given) {
    leave();
    var mine = wanted += 1;
    APP.data.current_entity = view === 'list' ? 'leads' : 'leads-pipeline';
    (given ? $.Deferred().resolve(given) : $.getJSON('/ajax/deals')).then(function (deals) {
      if (mine !== wanted) return;
      board = new Board(deals, openCard);
      var $head = $('<h1>').text(words.board).append(' ', button('fresh', words.fresh, function () { openCard(0); }));
      frame($('<main class="board">').append($head, board[view]()));
      widgets.enter();
    });
  }

  // The CRM draws anew what it likes, and tells widgets of their areas.
  function redraw() {
    if (!APP.isCard() && board) {
      $('.pipeline').replaceWith(function () { return board.pipeline(); });
      $('.list').replaceWith(function () { return board.list(); });
    }
    widgets.redraw();
  }

  // The page of an integration's advanced settings: an empty place that is the widget's own.
  function openAdvanced() {
    wanted += 1;
    leave();
    frame($('<main class="advanced">').append($('<div>').attr('id', 'work-area-' + config.widget.code)));
    widgets.enter('advanced_settings');
  }

  // The window of an installed integration: a field for each setting, and below them what the widget adds.
  function openSettings() {
    wanted += 1;
    leave();
    var $field = $('<input type="text" name="worker_url" autocomplete="off">').val(base.settings.worker_url);
    var $row = $('<label class="widget_settings_block__item_field">').append($('<span>').text(words.address), $field);
    var $modal = $('<div class="modal-body">').append($('<div class="widget_settings_block">').append($row));
    frame($('<main class="settings">').append($modal));
    widgets.enter('settings', $modal);
  }

  function openCard(id, isFirst) {
    leave();
    var mine = wanted += 1;
    var $deal = id ? $.getJSON('/ajax/deals/' + id) : $.Deferred().resolve(blank());
    $deal.then(function (deal) {
      // A deal that was asked for before this one may come after it.
      if (mine === wanted) show(deal);
    }, function () {
      if (isFirst) openBoard();
      APP.say('absent');
    });
  }

  function blank() {
    var pipeline = config.pipelines[0];
    return {
      id: 0, name: '', price: null, pipeline: pipeline.id, stage: pipeline.stages[0].id,
      responsible: config.user.id, values: {}
    };
  }

  function show(deal) {
    var card = new Card(deal);
    APP.data.current_card = card;
    APP.data.is_card = true;
    APP.data.current_entity = 'leads';
    var $left = $('<section class="card__left">'), $fields = $('<div class="card__fields">');
    $left.append(head(card), $('<div class="card__stages">'), $fields);
    var $feed = $('<section class="card__feed">').append($('<h2>').text(words.feed), $('<p>').text(words.quiet));
    var $right = $('<aside class="card__right">').css('width', config.panelWidth).append(
      $('<div id="widgets_block" class="card-widgets__elements">')
    );
    frame($('<main class="card">').append($left, $feed, $right));
    fields = new Fields($fields, card);
    drawStages(card);
    fields.render();
    widgets.enter();
  }

  function head(card) {
    var $name = $('<input id="person_n" class="card__name" autocomplete="off">').attr('placeholder', words.name);
    $name.val(card.values.get('name')).on('input', function () { card.values.set('name', $name.val()); });
    return $('<div class="card__head">').append(
      $name,
      $('<span class="card__id">').text(card.id ? '#' + card.id : words.fresh),
      $('<input type="hidden" name="lead_id">').val(card.id || '')
    );
  }

  function drawStages(card) {
    var pipeline = config.pipelines.find(function (one) { return one.id === card.getPipelineId(); });
    var $stages = $('.card__stages').empty();
    (pipeline ? pipeline.stages : []).forEach(function (stage) {
      $('<button type="button" class="stage">').attr({ 'data-stage': stage.id, title: stage.name[config.lang] })
        .toggleClass('stage_now', stage.id === card.getStatusId())
        .on('click', function () { setStage(stage.id); }).appendTo($stages);
    });
    $stages.append($('<span class="stage__name">').text(stageName({
      pipeline: card.getPipelineId(), stage: card.getStatusId()
    })));
    if (config.without.includes('dom-names')) return;
    ['lead[STATUS]', 'lead[PIPELINE_ID]'].forEach(function (key) {
      $('<input type="hidden">').attr('name', key).val(card.values.get(key)).appendTo($stages);
    });
  }

  function setStage(stage) {
    var card = APP.data.current_card;
    card.values.set('lead[STATUS]', String(stage));
    drawStages(card);
    fields.render();
  }

  function stageName(deal) {
    var pipeline = config.pipelines.find(function (one) { return one.id === deal.pipeline; });
    var stage = pipeline && pipeline.stages.find(function (one) { return one.id === deal.stage; });
    return stage ? stage.name[config.lang] || stage.name.ru : '';
  }

  function leave() {
    widgets.leave();
    board = null;
    APP.data.current_card = false;
    APP.data.is_card = false;
    APP.data.current_entity = 'leads-pipeline';
  }

  function switchTheme() {
    config.theme = config.theme === 'dark' ? 'light' : 'dark';
    APP.setTheme(config.theme);
  }

  function switchWidget() {
    if (widgets.isActive()) widgets.disable(); else widgets.enable();
    $('[data-act=active]').text(widgets.isActive() ? words.disable : words.enable);
  }

  function go(changed) {
    var query = new URLSearchParams(location.search);
    Object.keys(changed).forEach(function (key) { query.set(key, changed[key]); });
    location.search = query.toString();
  }

  // For whoever drives the page.
  window.STAND = {
    calls: widgets.calls, redraw: redraw, disable: widgets.disable, enable: widgets.enable, openAdvanced: openAdvanced,
    openSettings: openSettings,
    openBoard: openBoard, openList: openList, openCard: openCard, setStage: setStage, switchTheme: switchTheme,
    setToken: function (mode) { config.tokenMode = mode; },
    setWorker: function (url) { base.settings.worker_url = url; }
  };
  return { openAdvanced: openAdvanced, openSettings: openSettings, openBoard: openBoard, openList: openList, openCard: openCard };
});
