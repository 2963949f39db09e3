//! What an admin does, against a real Worker.

use crate::Page;
use serde_json::json;

#[test]
fn an_admin_changes_the_policy_sees_last_week_by_it_and_saves_it() {
    let Some(page) = Page::new("the settings of the CRM") else { return };
    page.open("");
    page.until("text('.grid thead').length && text('.bar').includes('Изменений нет')");
    page.js("all('.grid')[0].querySelectorAll('tbody tr')[0].querySelectorAll('input')[3].click()");
    page.until("text('.review').includes('Бюджет — с этапа 3')");
    page.js("act('section:clocks').click()");
    page.js("act('response:n').focus()");
    page.browser.press("5").unwrap();
    page.until("act('response:n').value.length === 3 && root.activeElement === act('response:n')");
    page.js("type('response:n', '0')");
    page.until("text('.clock[data-first] .problems').includes('Ошибка') && act('save').disabled");
    page.js("type('response:n', '10')");
    page.until("!all('.clock[data-first] .problems').length && !act('save').disabled");
    page.js("act('preview').click()");
    page.until("text('.preview').includes('было бы')");
    page.js("type('note', 'быстрее'); act('save').click()");
    page.until("text('.bar').includes('Сохранено')");
    page.js("act('section:versions').click()");
    page.until(
        "text('.versions').includes('«быстрее»') && text('.versions').includes('ответить за 10 минут')",
    );
    page.open("&lang=en");
    page.until("text('.top').includes('Policy')");
    page.js("act('section:clocks').click()");
    page.until("act('response:n').value === '10'");
    page.has_no_errors();
}

#[test]
fn whoever_is_no_admin_or_reaches_no_server_is_told_what_to_do() {
    let Some(page) = Page::new("settings without rights") else { return };
    page.open("&token=good");
    page.open("&worker=http://127.0.0.1:9");
    page.until("text('.refusal').includes('Сервер не отвечает') && act('reload')");
    page.open("&worker=ftp://nowhere");
    page.until("text('[data-part=notice]').includes('адрес сервера')");
    page.browser.forget_errors().unwrap();
}

#[test]
fn an_installation_asks_for_the_address_tries_it_and_goes_on_by_steps() {
    let Some(page) = Page::new("the steps of an installation") else { return };
    let typed = |address: &str| {
        page.js(&format!(
            "const field = document.querySelector('input[name=worker_url]'); field.value = '{address}';
             field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ))
    };
    page.open_at(&page.world.stand.settings_url(), "");
    page.until("text('.steps').includes('Сервер отвечает и знает эту CRM') && all('[data-done]').length");
    page.js("act('authorize').click()");
    page.until("text('.refusal').includes('Подключить CRM пока нельзя') && act('look')");
    let address = page.value("document.querySelector('input[name=worker_url]').value");
    typed("ftp://nowhere");
    page.until("text('[data-part=notice]').includes('https://')");
    typed("http://127.0.0.1:9");
    page.until("text('.refusal').includes('Сервер не отвечает')");
    typed(address.as_str().unwrap());
    page.until("all('.steps').length && !all('.refusal').length");
    typed("");
    page.until("!all('*').length");
    page.browser.forget_errors().unwrap();
}

#[test]
fn the_keyboard_alone_reaches_everything_and_keeps_its_place() {
    let Some(page) = Page::new("settings by the keyboard") else { return };
    page.open("");
    page.until("all('.grid').length");
    page.js("act('section:hours').focus()");
    page.browser.press("\u{e007}").unwrap();
    page.until(
        "text('.section > h2').includes('Рабочее время') && root.activeElement === act('section:hours')",
    );
    let focusable = "all('button, input, select, summary, a[href]').filter(one => one.checkVisibility() && !one.disabled)";
    let small = page.value(&format!("{focusable}.filter(one => one.type !== 'checkbox' && one.type !== 'radio' && one.getBoundingClientRect().height < 32).map(one => one.outerHTML)"));
    assert_eq!(small, json!([]), "whatever is touched is 32 px high");
    let nameless = page.value(&format!("{focusable}.filter(one => !one.textContent.trim() && !one.getAttribute('aria-label') && !(one.labels || []).length).map(one => one.outerHTML)"));
    assert_eq!(nameless, json!([]));
    page.js("act('production').focus()");
    page.browser.press(" ").unwrap();
    page.until("act('production').checked && root.activeElement === act('production') && act('eves')");
    page.browser.press("\u{e004}").unwrap();
    page.until("root.activeElement === act('eves')");
    page.js("act('section:fields').click(); all('.grid input[type=radio]:checked')[0].focus()");
    let before = page.value("root.activeElement.value");
    page.browser.press("\u{e014}").unwrap();
    page.until(&format!("root.activeElement.type === 'radio' && root.activeElement.checked && root.activeElement.value !== {before}"));
    page.has_no_errors();
}
