// `APP.data.current_card`: the open deal, with a model of what stands in its fields, saved or not.
define(['config', 'model'], function (config, Model) {
  'use strict';

  function Card(deal) {
    var model = new Model(attributes(deal));
    if (config.without.includes('model-events')) model.on = model.off = undefined;
    this.id = deal.id;
    this.values = model;
    if (!config.without.includes('model')) this.model = model;
  }

  Card.prototype.getPipelineId = function () { return Number(this.values.get('lead[PIPELINE_ID]')); };
  Card.prototype.getStatusId = function () { return Number(this.values.get('lead[STATUS]')); };
  Card.prototype.save = function () { APP.say('saved'); };

  function attributes(deal) {
    var all = {
      ID: deal.id,
      name: deal.name,
      'lead[NAME]': deal.name,
      'lead[PRICE]': deal.price === null ? '' : String(deal.price),
      'lead[STATUS]': String(deal.stage),
      'lead[PIPELINE_ID]': String(deal.pipeline),
      'lead[MAIN_USER]': String(deal.responsible || '')
    };
    config.fields.forEach(function (field) {
      all['CFV[' + field.id + ']'] = deal.values[field.id] || '';
    });
    return all;
  }

  return Card;
});
