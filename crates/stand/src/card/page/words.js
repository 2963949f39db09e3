// The page's own words.
define(['config'], function (config) {
  'use strict';
  var words = {
    ru: {
      board: 'Сделки', list: 'Списком', fresh: 'Новая сделка', stage: 'Этап', responsible: 'Ответственный', budget: 'Бюджет',
      choose: 'Выбрать', main: 'Основное', arrangements: 'Договорённости', feed: 'Лента',
      quiet: 'Здесь была бы переписка, звонки и задачи.', save: 'Сохранить', saved: 'Сохранено на странице',
      dark: 'Тёмная тема', other: 'English', currency: '₽', name: 'Название', redraw: 'Перерисовать',
      disable: 'Выключить виджет', enable: 'Включить виджет', date: 'дд.мм.гггг', absent: 'Нет такой сделки',
      address: 'Адрес сервера «Прижилось»'
    },
    en: {
      board: 'Deals', list: 'As a list', fresh: 'New deal', stage: 'Stage', responsible: 'Responsible', budget: 'Amount',
      choose: 'Choose', main: 'Main', arrangements: 'Arrangements', feed: 'Feed',
      quiet: 'Messages, calls and tasks would be here.', save: 'Save', saved: 'Saved on the page',
      dark: 'Dark theme', other: 'Русский', currency: '₽', name: 'Name', redraw: 'Redraw',
      disable: 'Disable the widget', enable: 'Enable the widget', date: 'dd.mm.yyyy', absent: 'No such deal',
      address: 'Address of the Takeroot server'
    }
  };
  return words[config.lang === 'en' ? 'en' : 'ru'];
});
