// Deals side by side: the board by stages, or the list. Only some of a column are there at first, the others come when
// it is scrolled to its end. `?without=board-names` takes away the names that widgets only observed.
define(['config', 'jquery', 'words'], function (config, $, words) {
  'use strict';

  var PAGE = Number(new URLSearchParams(location.search).get('page') || 20);
  var named = !config.without.includes('board-names');

  function Board(deals, openCard) {
    this.deals = deals;
    this.openCard = openCard;
  }

  // The board, as it is drawn at first and at each redraw.
  Board.prototype.pipeline = function () {
    var self = this;
    return $('<div class="pipeline">').append(stages().map(function (stage) {
      var deals = self.deals.filter(function (deal) { return deal.stage === stage.id; });
      var $items = $('<div class="pipeline__items">');
      function more() {
        var next = deals.slice($items.children().length, $items.children().length + PAGE);
        $items.append(next.map(self.card.bind(self)));
      }
      $items.on('scroll', function () {
        if (this.scrollTop + this.clientHeight > this.scrollHeight - 80) more();
      });
      more();
      return $('<section class="pipeline__stage">').append($('<h2>').text(stage.name[config.lang] || stage.name.ru), $items);
    }));
  };

  Board.prototype.card = function (deal) {
    var $card = $('<div>').addClass(named ? 'pipeline_leads__item' : 'item').attr('data-id', deal.id);
    return $card.append(this.link(deal, 'pipeline_leads__title-text'), price(deal));
  };

  Board.prototype.list = function () {
    var self = this;
    return $('<div class="list">').append(this.deals.slice(0, 3 * PAGE).map(function (deal) {
      var $name = $('<div class="list-row__cell">').append(self.link(deal, 'list-row__name'));
      var stage = stages().find(function (one) { return one.id === deal.stage; });
      return $('<div>').addClass(named ? 'list-row js-list-row' : 'line').attr('data-id', deal.id).append(
        $name, $('<div class="list-row__cell">').text(stage ? stage.name[config.lang] : ''),
        $('<div class="list-row__cell">').append(price(deal))
      );
    }));
  };

  Board.prototype.link = function (deal, name) {
    var open = this.openCard;
    return $('<a class="js-navigate-link">').addClass(named ? name : '').text(deal.name || '#' + deal.id)
      .attr({ href: '/leads/detail/' + deal.id, 'data-deal': deal.id })
      .on('click', function (event) {
        event.preventDefault();
        open(deal.id);
      });
  };

  function price(deal) {
    return $('<span class="price">').text(deal.price === null ? '' : deal.price.toLocaleString(config.lang) + ' ' + words.currency);
  }

  function stages() {
    return config.pipelines[0].stages;
  }

  return Board;
});
